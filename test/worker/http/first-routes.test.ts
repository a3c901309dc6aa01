import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { lazily } from "../../../worker/contract/lazily.ts";
import { createApi, createFirst } from "../../../worker/http/api.ts";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { appUrl, newAccount } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";
import { absent, requests, routes } from "./requests.ts";

type App = ReturnType<typeof createApp>;

const requestOf = (name: string, method: string) => new Request(`${appUrl}${requests[name]?.path(absent)}`, { method });

/** The routes of an app that serve a request, in order. */
const servedBy = (app: App, request: Request): string[] =>
  app.router
    .match(request.method, app.getPath(request))[0]
    .map(([[, route]]) => route)
    .filter(({ method }) => method !== "ALL")
    .map(({ path }) => path);

const firstServed = () => {
  const first = createFirst();
  const all = routes.map(({ name, method }) => ({ name, request: requestOf(name, method) }));
  return { first, served: all.filter(({ request }) => first.serves(request)) };
};

async function answerOf(api: ReturnType<typeof createApi>, path: string, init: RequestInit = {}): Promise<Response> {
  withoutMetrics();
  const context = createExecutionContext();
  const answer = await api(new Request(`${appUrl}${path}`, init), { ...env } as unknown as Env, context);
  await waitOnExecutionContext(context);
  return answer;
}

it("A lazily built object is built once, when one of its members is first read", () => {
  let builds = 0;
  const object = lazily(() => {
    builds += 1;
    return { a: 1, b: 2 };
  });
  expect(builds).toBe(0);
  expect([object.a, Object.entries(object), "b" in object]).toEqual([
    1,
    [
      ["a", 1],
      ["b", 2],
    ],
    true,
  ]);
  expect(builds).toBe(1);
});

describe("the routes that an isolate creates first", () => {
  it("The first routes are those of the account, of projects, of files, of runs and of health", () => {
    const { served } = firstServed();
    const names = served.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["getMe", "listProjects", "listFiles", "applyBatch", "health"]));
    expect(names).not.toEqual(expect.arrayContaining(["adminOverview"]));
  });

  it("The first routes serve each request as the whole API would", () => {
    const { first, served } = firstServed();
    const whole = createApp();
    const differing = served.filter(
      ({ request }) => String(servedBy(first.app as App, request)) !== String(servedBy(whole, request)),
    );
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  it("One isolate serves a first route, then another route, then a first route again", async () => {
    const api = createApi();
    const ada = await newAccount();
    const headers = { Cookie: ada.cookie };
    const paths = ["/v1/projects", "/v1/webhooks", "/v1/projects", "/v1/openapi.json"];
    const statuses = [];
    for (const path of paths) statuses.push((await answerOf(api, path, { headers })).status);
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it("A new isolate answers a wrong method on a first route with every method of that path", async () => {
    const answer = await answerOf(createApi(), "/v1/projects", { method: "PUT" });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, POST"]);
  });

  it("A new isolate answers a preflight request for a first route", async () => {
    const headers = { Origin: "https://other.example", "Access-Control-Request-Method": "POST" };
    const answer = await answerOf(createApi(), "/v1/projects", { method: "OPTIONS", headers });
    expect([answer.status, answer.headers.get("Access-Control-Allow-Methods")]).toEqual([204, "GET, POST"]);
  });
});

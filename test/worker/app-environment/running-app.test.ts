import { env } from "cloudflare:test";
import { expect, inject, it, vi } from "vitest";
import { appGrant } from "../../../drizzle/schema/index.ts";
import { readAppEnvironment } from "../../../worker/app-environment/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import { newId, type Page, type Preview, type PreviewLog, type Published } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newProject } from "../stage/client.ts";
import type { Received } from "../webhooks/receiver.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const outside = new URL(inject("receiverUrl")).host;
const canary = "sk_live_canary_value_4242";

const server = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request) {
    const url = new URL(request.url).searchParams.get("url");
    if (url === null) return Response.json(this.env);
    try { return Response.json({ status: (await fetch(url, { method: "POST", body: "order" })).status }); }
    catch (error) { return Response.json({ isTypeError: error instanceof TypeError, message: error.message }); }
  }
}`;

async function withApp(isPublished = false) {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const at = `/v1/projects/${id}`;
  await ada.expect(201, `${at}/batches`, {
    body: { operations: [{ op: "create", path: "src/server.js", content: server }] },
  });
  const published = isPublished ? await ada.expect<Published>(200, `${at}/publish`, { method: "POST" }) : null;
  return { ada, id, at, publicUrl: published?.url ?? "", visit: await visitor(ada, at) };
}

/** @returns a function that asks the running preview, as one visitor does */
async function visitor(ada: Account, at: string) {
  const { url } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
  const entered = await door.fetch(url, { redirect: "manual" });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { origin } = new URL(url);
  return async (path: string) => (await door.fetch(origin + path, { headers: { Cookie: cookie } })).json();
}

it("An app's request is refused, granted with a secret, and refused again, while its preview runs", async () => {
  const { ada, id, at, visit } = await withApp();
  const path = `/200/${id}`;
  const ask = () => visit(`/?url=${encodeURIComponent(`http://${outside}${path}`)}`);
  expect(await ask()).toMatchObject({
    isTypeError: true,
    message: expect.stringContaining(`${outside} is not granted`),
  });
  await ada.expect(200, `${at}/secrets/API_KEY`, { method: "PUT", body: { value: canary } });
  const header = { name: "Authorization", template: "Bearer {{API_KEY}}" };
  const grant = await ada.expect<{ id: string }>(201, `${at}/grants`, { body: { host: outside, header } });
  expect(await ask()).toEqual({ status: 200 });
  await ada.expect(200, `${at}/secrets/API_KEY`, { method: "PUT", body: { value: "rotated_value" } });
  expect(await ask()).toEqual({ status: 200 });
  const received: Received[] = await (await fetch(`http://${outside}${path}`)).json();
  expect(received.map(({ headers, body }) => [headers.authorization, body])).toEqual([
    [`Bearer ${canary}`, "order"],
    ["Bearer rotated_value", "order"],
  ]);
  await ada.expect(204, `${at}/grants/${grant.id}`, { method: "DELETE" });
  expect(await ask()).toMatchObject({ isTypeError: true });
  const lines = await vi.waitUntil(async () => {
    const { data } = await ada.expect<Page<PreviewLog>>(200, `${at}/preview/logs`);
    const found = data.filter(({ source }) => source === "egress");
    return found.length >= 4 ? found : null;
  });
  expect(lines[1]?.message).toMatch(new RegExp(`^POST ${outside} 200 \\d+ ms$`));
  expect(JSON.stringify(lines)).not.toContain("canary");
});

it("the preview and the published app read their own variables, and no secret", async () => {
  const { ada, at, publicUrl, visit } = await withApp(true);
  const publicEnv = async () => (await door.fetch(`${new URL(publicUrl).origin}/`)).json();
  const put = (path: string, body: object) => ada.expect(200, `${at}${path}`, { method: "PUT", body });
  await put("/secrets/API_KEY", { value: canary });
  await put("/variables/SHOP", { value: "Tea" });
  await put("/variables/MODE", { value: "test", target: "preview" });
  await put("/variables/MODE", { value: "live", target: "public" });
  const services = { FILES: {}, AI: {}, MAIL: {} };
  expect(await visit("/")).toEqual({ SHOP: "Tea", MODE: "test", ...services });
  expect(await publicEnv()).toEqual({ SHOP: "Tea", MODE: "live", ...services });
  await ada.expect(204, `${at}/variables/SHOP`, { method: "DELETE" });
  expect(await visit("/")).toEqual({ MODE: "test", ...services });
  expect(await publicEnv()).toEqual({ MODE: "live", ...services });
});

it("A grant whose host has become one of our own is no longer returned", async () => {
  const { id } = await withApp();
  const config = configOf(env);
  const row = { projectId: id, methods: null, pathPrefix: null, header: null, query: null, target: "both" as const };
  await database.insert(appGrant).values([
    { ...row, id: newId("grant"), host: "api.edgesmith.example" },
    { ...row, id: newId("grant"), host: outside },
    { ...row, id: newId("grant"), host: "api.example.com" },
  ]);
  const hosts = async (changed: object) => {
    const environment = await readAppEnvironment({ config: { ...config, ...changed }, database }, id, "preview");
    return environment.grants.map(({ host }) => host).sort();
  };
  expect(await hosts({})).toEqual([outside, "api.edgesmith.example", "api.example.com"].sort());
  expect(await hosts({ appUrl: "https://edgesmith.example", allowLoopbackEgress: false })).toEqual(["api.example.com"]);
});

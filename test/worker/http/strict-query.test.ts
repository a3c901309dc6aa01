import { beforeAll, describe, expect, it } from "vitest";
import { onPlan } from "../database/direct.ts";
import { type Account, newAccount, newAdmin, newProject, nobody } from "../stage/client.ts";
import { makeThings } from "./make-things.ts";
import { absent, requestOf, routes, type Things } from "./requests.ts";

const withParameter = (path: string, parameter: string) => `${path}${path.includes("?") ? "&" : "?"}${parameter}`;

let owner: { admin: Account; ada: Account; things: Things };

// One for all routes: a refused request changes nothing. A free account may make fewer requests a minute.
beforeAll(async () => {
  const ada = await onPlan(await newAccount(), "enterprise");
  owner = { admin: await newAdmin(), ada, things: await makeThings(ada) };
});

describe("query parameters", () => {
  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s refuses an unknown query parameter with 422 and its name",
    async (_, route) => {
      const isForAdmins = route.access === "admin";
      const caller = isForAdmins ? owner.admin : owner.ada;
      const { path, body, type } = requestOf(route);
      const things = isForAdmins ? absent : owner.things;
      const problem = await caller.problem(422, withParameter(path(things), "nonsense=1"), {
        method: route.method,
        ...(body !== undefined && { body, headers: { "Content-Type": type ?? "application/json" } }),
      });
      expect(problem.code).toBe("invalid_request");
      expect(problem.errors).toEqual([
        { pointer: "?nonsense", code: "unknown_field", detail: "Unknown parameter “nonsense”." },
      ]);
    },
  );

  it.each([
    ["GET", "/v1/auth/get-session"],
    ["GET", "/v1/auth/verify-email?token=t"],
    ["POST", "/v1/auth/sign-out"],
  ])("%s %s refuses an unknown query parameter with 422", async (method, path) => {
    const address = `${path}${path.includes("?") ? "&" : "?"}nonsense=1`;
    expect((await nobody.problem(422, address, { method })).errors?.[0]?.pointer).toBe("?nonsense");
  });

  it("GET /v1/openapi.json and GET /v1/docs refuse an unknown query parameter with 422", async () => {
    for (const path of ["/v1/openapi.json", "/v1/docs", "/v1/docs/errors/not_found"]) {
      expect((await nobody.problem(422, `${path}?nonsense=1`)).errors?.[0]?.pointer).toBe("?nonsense");
      expect((await nobody.request(path)).status).toBe(200);
    }
  });

  it.each(["abc", "-1", "1.5", "", "1e3", "0x1", " 1"])(
    "A revision given as %j is a 422 on every route",
    async (text) => {
      const ada = await newAccount();
      const { id } = await newProject(ada);
      await ada.expect(201, `/v1/projects/${id}/batches`, {
        body: { operations: [{ op: "create", path: "a.txt", content: "a" }] },
      });
      const given = encodeURIComponent(text);
      for (const [path, name] of [
        ["files", "revision"],
        ["files/a.txt", "revision"],
        ["archive.zip", "revision"],
        ["diff", "from"],
        ["diff", "to"],
      ]) {
        const problem = await ada.problem(422, `/v1/projects/${id}/${path}?${name}=${given}`);
        expect(
          problem.errors?.map(({ pointer }) => pointer),
          path,
        ).toEqual([`?${name}`]);
      }
      await ada.problem(404, `/v1/projects/${id}/files?revision=99`);
    },
  );
});

import { beforeAll, describe, expect, it } from "vitest";
import { type ProjectRole, projectRoles } from "../../../worker/contract/index.ts";
import { makeThings } from "../http/make-things.ts";
import { absent, type KnownRoute, requestOf, routes, type Things } from "../http/requests.ts";
import { type Account, type Caller, newAccount } from "../stage/client.ts";
import { share } from "./share.ts";

// Every route of a project against every role. A new route without a role fails here.

const isOfProject = ({ path }: KnownRoute) => /^\/v1\/(?:projects|runs|triggers)\/\{id\}/.test(path);
const ofProjects = routes.filter(isOfProject);

/** The app that a row of requests.ts is about, where the role depends on it. */
const neededBy = (route: KnownRoute, path: string): ProjectRole => {
  const { role } = route;
  if (role === undefined) throw new Error(`${route.name} has no role`);
  if (typeof role === "string") return role;
  return path.includes("/public") ? role.public : role.preview;
};

type Stage = { ada: Account; editor: Account; viewer: Account; stranger: Account; things: Things };
let stage: Stage;

type Members = Pick<Stage, "editor" | "viewer">;

/** Makes one thing of each kind in an account of its own, and shares its project. */
async function makeShared({ editor, viewer }: Members, ada?: Account): Promise<Things> {
  const owner = ada ?? (await newAccount());
  const things = await makeThings(owner);
  await share(owner, things.project, editor, "editor");
  await share(owner, things.project, viewer, "viewer");
  return things;
}

async function makeStage(): Promise<Stage> {
  const [ada, editor, viewer, stranger] = await Promise.all([newAccount(), newAccount(), newAccount(), newAccount()]);
  return { ada, editor, viewer, stranger, things: await makeShared({ editor, viewer }, ada) };
}

beforeAll(async () => {
  stage = await makeStage();
});

async function codeOf(caller: Caller, route: KnownRoute, { things }: Stage): Promise<string> {
  const { path, body, type } = requestOf(route);
  const headers = type === undefined ? {} : { "Content-Type": type };
  const answer = await caller.request(path(things), {
    method: route.method,
    ...(body !== undefined && { body }),
    headers,
  });
  const text = await answer.text();
  return answer.headers.get("content-type") === "application/problem+json"
    ? `${answer.status} ${JSON.parse(text).code}`
    : String(answer.status);
}

const titled = (some: KnownRoute[]) => some.map((route) => [`${route.method} ${route.path}`, route] as const);
const suffices = (role: ProjectRole, needed: ProjectRole) => projectRoles.indexOf(role) >= projectRoles.indexOf(needed);
const pathOf = (route: KnownRoute) => requestOf(route).path(stage.things);

describe("the role of a route", () => {
  it("Every route of a project, a run or a trigger has a smallest role, and no other route has one", () => {
    expect(ofProjects.length).toBeGreaterThan(60);
    expect(ofProjects.filter(({ role }) => role === undefined).map(({ name }) => name)).toEqual([]);
    expect(routes.filter((route) => !isOfProject(route) && route.role !== undefined)).toEqual([]);
  });

  it.each(titled(ofProjects))(
    "A member whose role is too small is told so, and changes nothing: %s",
    async (_, route) => {
      for (const role of ["viewer", "editor"] as const) {
        if (suffices(role, neededBy(route, pathOf(route)))) continue;
        expect(await codeOf(stage[role], route, stage), role).toBe("403 insufficient_role");
      }
    },
  );

  it.each(titled(ofProjects))("Who is no member finds nothing, whatever the role: %s", async (_, route) => {
    expect(await codeOf(stage.stranger, route, stage)).toBe("404 not_found");
  });

  it.each(titled(ofProjects.filter((route) => neededBy(route, requestOf(route).path(absent)) !== "owner")))(
    "A member with the smallest role that suffices is answered as the owner is: %s",
    async (_, route) => {
      const role = neededBy(route, requestOf(route).path(absent)) === "viewer" ? "viewer" : "editor";
      const own = route.method === "GET" ? stage : { ...stage, things: await makeShared(stage) };
      const code = await codeOf(own[role], route, own);
      const { owner } = requestOf(route);
      if (route.name === "deleteMember") expect(code).toBe("403 insufficient_role");
      else if (owner !== undefined) expect(code).toBe(owner);
      else expect(code).toMatch(/^2/);
    },
  );

  it.each([
    ["GET", "/data/public/tables"],
    ["GET", "/people/public"],
    ["GET", "/preview/logs?app=published"],
  ])("What visitors have left in the public app is the owner's alone: %s %s", async (method, below) => {
    const path = `/v1/projects/${stage.things.project}${below}`;
    for (const member of [stage.editor, stage.viewer]) {
      expect((await member.problem(403, path, { method })).code).toBe("insufficient_role");
    }
    expect((await stage.ada.request(path, { method })).status).toBe(200);
  });

  it.each([
    ["GET", "/data/staging/tables"],
    ["GET", "/people/staging"],
    ["GET", "/preview/logs?app=staged"],
    ["GET", "/preview/logs?app=preview&app=staged"],
  ])("What visitors have left in the staged app is the owner's alone: %s %s", async (method, below) => {
    const path = `/v1/projects/${stage.things.project}${below}`;
    for (const member of [stage.editor, stage.viewer]) {
      expect((await member.problem(403, path, { method })).code).toBe("insufficient_role");
    }
  });
});

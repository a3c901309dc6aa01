import { beforeAll, describe, expect, it } from "vitest";
import { type Scope, scopes } from "../../../worker/contract/index.ts";
import { onPlan } from "../database/direct.ts";
import { type Account, appUrl, type Caller, newAccount, newAdmin, nobody, withToken } from "../stage/client.ts";
import { makeThings } from "./make-things.ts";
import { type KnownRoute, namesAThing, requestOf, requests, routes, type Things } from "./requests.ts";

// The access policy of every route of the contract. A route without a row in requests.ts fails here.

/** An account with one resource of each type. */
type Owner = { ada: Account; things: Things };
let stage: Owner & { eve: Caller };

const makeOwner = async (ada: Account): Promise<Owner> => ({ ada, things: await makeThings(ada) });

beforeAll(async () => {
  // Both try more routes in a minute than a free account may.
  const [ada, eve] = [await onPlan(await newAccount(), "enterprise"), await onPlan(await newAccount(), "enterprise")];
  stage = { ...(await makeOwner(ada)), eve };
});

/** @returns the account that all tests share for a route that changes nothing, and one of its own for any other */
const ownerFor = async (route: KnownRoute): Promise<Owner> => (isWrite(route) ? makeOwner(await newAccount()) : stage);

const tokens = new Map<string, Promise<Caller>>();

/** @returns a token with these scopes, one for all tests, since an account can have at most 50 */
function tokenOf(some: string[]): Promise<Caller> {
  const key = some.join(" ");
  const token = tokens.get(key) ?? stage.ada.token(some);
  tokens.set(key, token);
  return token;
}

const call = (caller: Caller, route: KnownRoute, headers: Record<string, string> = {}, things = stage.things) => {
  const { path, body, type } = requestOf(route);
  const typed = type === undefined ? headers : { "Content-Type": type, ...headers };
  return caller.request(path(things), { method: route.method, ...(body !== undefined && { body }), headers: typed });
};

async function codeOf(answer: Response): Promise<string> {
  const text = await answer.text();
  if (answer.headers.get("content-type") !== "application/problem+json") return `no problem: ${answer.status} ${text}`;
  return `${answer.status} ${JSON.parse(text).code}`;
}

const titled = (some: KnownRoute[]) => some.map((route) => [`${route.method} ${route.path}`, route] as const);
const signed = routes.filter(({ access }) => access === "signed");
/** Every route that accepts our own credentials. */
const ours = routes.filter((route) => !signed.includes(route));
const ofAdmins = routes.filter(({ access }) => access === "admin");
const guarded = ours.filter(({ access }) => access !== "public" && access !== "admin");
const isWrite = ({ method }: KnownRoute) => method !== "GET";
const isScope = (access: string): access is Scope => scopes.some((scope) => scope === access);

describe("the access matrix", () => {
  it("The access matrix contains exactly the routes of the contract", () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.map(({ name }) => name).sort()).toEqual(Object.keys(requests).sort());
  });
});

describe("without a credential", () => {
  it.each(titled(guarded))("A request without a credential is refused: %s", async (_, route) => {
    expect(await codeOf(await call(nobody, route))).toBe("401 unauthenticated");
  });

  it.each(titled(routes.filter(({ access }) => access === "public")))(
    "A request without a credential is allowed: %s",
    async (_, route) => {
      expect((await call(nobody, route)).status).toBe(200);
    },
  );
});

describe("another account", () => {
  it.each(titled(guarded.filter(namesAThing)))("A request from another account finds nothing: %s", async (_, route) => {
    const owner: Things = stage.things;
    const none: Things = {
      project: "prj_00000000000000000000000000",
      run: "run_00000000000000000000000000",
      token: "tok_00000000000000000000000000",
      webhook: "whk_00000000000000000000000000",
      delivery: "dlv_00000000000000000000000000",
      trigger: "trg_00000000000000000000000000",
      grant: "grt_00000000000000000000000000",
      invitation: "inv_00000000000000000000000000",
      session: "ses_00000000000000000000000000",
    };
    expect(await codeOf(await call(stage.eve, route, {}, owner))).toBe("404 not_found");
    expect(await codeOf(await call(stage.eve, route, {}, none))).toBe("404 not_found");
  });
});

describe("a token", () => {
  it.each(titled(guarded.filter(({ access }) => isScope(access))))(
    "A token without the route's scope is refused: %s",
    async (_, route) => {
      const others = scopes.filter((scope) => scope !== route.access);
      const program = await tokenOf(others);
      expect(await codeOf(await call(program, route))).toBe("403 insufficient_scope");
    },
  );

  it.each(titled(guarded.filter(({ alsoNeeds }) => alsoNeeds !== undefined)))(
    "A token without the route's second scope is refused: %s",
    async (_, route) => {
      const program = await tokenOf(scopes.filter((scope) => scope !== route.alsoNeeds));
      expect(await codeOf(await call(program, route))).toBe("403 insufficient_scope");
    },
  );

  it.each(titled(guarded.filter(({ access }) => access === "session")))(
    "A token with every scope is refused: %s",
    async (_, route) => {
      const program = await tokenOf([...scopes]);
      expect(await codeOf(await call(program, route))).toBe("403 forbidden");
    },
  );

  it.each(titled(guarded))("An invented token is refused: %s", async (_, route) => {
    const headers = { "CF-Connecting-IP": crypto.randomUUID() };
    expect(await codeOf(await call(withToken("esk_made-up"), route, headers))).toBe("401 invalid_token");
  });
});

describe("an administration route", () => {
  it.each(titled(ofAdmins))(
    "Nobody but an owner of the platform finds an administration route: %s",
    async (_, route) => {
      const callers = [nobody, stage.ada, stage.eve, await tokenOf([...scopes])];
      for (const caller of callers) expect(await codeOf(await call(caller, route))).toBe("404 not_found");
    },
  );

  it("A token of an owner of the platform finds no administration route", async () => {
    const program = await (await newAdmin()).token([...scopes]);
    for (const route of ofAdmins) expect(await codeOf(await call(program, route))).toBe("404 not_found");
  });
});

describe("a signed route", () => {
  it.each(titled(signed))(
    "An unsigned request is refused, whatever its credential and its target: %s",
    async (_, route) => {
      const headers = { "CF-Connecting-IP": crypto.randomUUID() };
      const none = { ...stage.things, trigger: "trg_00000000000000000000000000" };
      const callers = [nobody, stage.ada, stage.eve, withToken("esk_made-up"), await tokenOf([...scopes])];
      for (const caller of callers) {
        for (const things of [stage.things, none]) {
          expect(await codeOf(await call(caller, route, headers, things))).toBe("401 invalid_signature");
        }
      }
    },
  );
});

describe("a write by cookie", () => {
  it.each(titled(ours.filter(isWrite)))(
    "A write by cookie without the app's own Origin is refused: %s",
    async (_, route) => {
      const caller = route.access === "admin" ? await newAdmin() : stage.ada;
      for (const Origin of ["https://evil.example", "null", `${appUrl}.evil.example`, "http://localhost:8788"]) {
        expect(await codeOf(await call(caller, route, { Origin }))).toBe("403 bad_origin");
      }
      const withoutOrigin = await withCookieAlone(caller, route);
      expect(await codeOf(withoutOrigin)).toBe("403 bad_origin");
    },
  );
});

const withCookieAlone = (account: Account, route: KnownRoute) => {
  const { path, body } = requestOf(route);
  const headers = { Cookie: account.cookie };
  return nobody.request(path(stage.things), { method: route.method, ...(body !== undefined && { body }), headers });
};

async function expectLetThrough(route: KnownRoute, answer: Response): Promise<void> {
  const { owner } = requestOf(route);
  if (owner !== undefined) expect(await codeOf(answer)).toBe(owner);
  else expect(answer.status, await answer.text()).toBeLessThan(300);
}

describe("the owner", () => {
  it.each(titled(ours))("A request from the owner is allowed: %s", async (_, route) => {
    const own = await ownerFor(route);
    const caller = route.access === "admin" ? await newAdmin() : own.ada;
    const answer = await call(caller, route, {}, own.things);
    await expectLetThrough(route, answer);
  });

  it.each(titled(ours.filter(({ access }) => isScope(access))))(
    "A token of the owner with the scope is allowed: %s",
    async (_, route) => {
      const own = await ownerFor(route);
      const needed = [route.access, route.alsoNeeds ?? []].flat();
      const program = own === stage ? await tokenOf(needed) : await own.ada.token(needed);
      const answer = await call(program, route, {}, own.things);
      await expectLetThrough(route, answer);
    },
  );
});

import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { onPlan } from "../database/direct.ts";
import { type Account, newAccount, newAdmin, nobody } from "../stage/client.ts";
import { makeThings } from "./make-things.ts";
import { absent, type KnownRoute, requestOf, routes, type Things } from "./requests.ts";

// Every route responds as its route object declares: a documented status, and a body with exactly those fields.

const documented = z.object({
  content: z.record(z.string(), z.object({ schema: z.instanceof(z.ZodType) })).optional(),
});

/** @returns the media types of a status in the route object, with their schemas; undefined for an undeclared status */
function contentOf(route: KnownRoute, status: number): Record<string, { schema: z.ZodType }> | undefined {
  const response = documented.safeParse(Reflect.get(route.responses, status));
  return response.success ? (response.data.content ?? {}) : undefined;
}

async function expectDocumented(route: KnownRoute, answer: Response): Promise<void> {
  const content = contentOf(route, answer.status);
  expect(
    content,
    `${answer.status} is not documented: ${answer.status >= 500 ? await answer.clone().text() : ""}`,
  ).toBeDefined();
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  if (Object.keys(content ?? {}).length === 0) return expect(await answer.text()).toBe("");
  expect(Object.keys(content ?? {})).toContain(type);
  const schema = content?.[type]?.schema;
  if (!type.endsWith("json") || !schema) return void (await answer.arrayBuffer());
  const body = await answer.json();
  expect(schema.parse(body)).toEqual(body);
}

const titled = (some: KnownRoute[]) => some.map((route) => [`${route.method} ${route.path}`, route] as const);
const initOf = (route: KnownRoute, body = requestOf(route).body) => ({
  method: route.method,
  ...(body !== undefined && { body }),
  headers: { "CF-Connecting-IP": crypto.randomUUID(), "Content-Type": requestOf(route).type ?? "application/json" },
});

type Owner = { ada: Account; things: Things };
let eve: Account;
let admin: Account;
let reader: Owner;

const makeOwner = async (ada: Account): Promise<Owner> => ({ ada, things: await makeThings(ada) });

// Each answers more requests in a minute than a free account may make.
beforeAll(async () => {
  eve = await onPlan(await newAccount(), "enterprise");
  admin = await newAdmin();
  reader = await makeOwner(await onPlan(await newAccount(), "enterprise"));
});

describe("a documented response", () => {
  it.each(titled(routes))("A response to the owner matches the document: %s", async (_, route) => {
    // A route that changes something has an account of its own.
    const { ada, things } = route.method === "GET" ? reader : await makeOwner(await newAccount());
    const { path, body } = requestOf(route);
    const init = { method: route.method, ...(body !== undefined && initOf(route)) };
    const caller = route.access === "admin" ? admin : ada;
    await expectDocumented(route, await caller.request(path(things), init));
  });

  it.each(titled(routes.filter(({ access }) => access !== "public")))(
    "A response to an anonymous request matches the document: %s",
    async (_, route) => {
      await expectDocumented(route, await nobody.request(requestOf(route).path(absent), initOf(route)));
    },
  );

  it.each(titled(routes.filter(({ limit }) => limit !== "run")))(
    "A response about a missing resource matches the document: %s",
    async (_, route) => {
      const { path, body } = requestOf(route);
      const init = { method: route.method, ...(body !== undefined && initOf(route)) };
      await expectDocumented(route, await eve.request(path(absent), init));
    },
  );

  it.each(titled(routes.filter((route) => requestOf(route).body !== undefined)))(
    "A response to an invalid body matches the document: %s",
    async (_, route) => {
      const caller = route.access === "admin" ? admin : eve;
      const path = requestOf(route).path(absent);
      for (const body of ["{", "[]", '{"nonsense":1}'])
        await expectDocumented(route, await caller.request(path, initOf(route, body)));
    },
  );
});

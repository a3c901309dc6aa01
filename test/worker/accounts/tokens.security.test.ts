import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { apiToken } from "../../../drizzle/schema/index.ts";
import { newTokenText } from "../../../worker/accounts/token-text.ts";
import type { NewApiToken } from "../../../worker/contract/index.ts";
import { database, databaseRequestsOf } from "../database/direct.ts";
import { appUrl, newAccount, nobody, withToken } from "../stage/client.ts";

const fromAnywhere = () => ({ headers: { "CF-Connecting-IP": crypto.randomUUID() } });

describe("a token", () => {
  it("A token with a wrong checksum is refused without a query", async () => {
    const text = newTokenText();
    const mistyped = text.slice(0, -1) + (text.endsWith("0") ? "1" : "0");
    const answer = await withToken(mistyped).request("/v1/projects", fromAnywhere());
    expect(answer.status).toBe(401);
    expect(databaseRequestsOf(answer)).toBe(0);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it("A token that does not exist is refused", async () => {
    const problem = await withToken(newTokenText()).problem(401, "/v1/projects", fromAnywhere());
    expect(problem.code).toBe("invalid_token");
  });

  it("A token that has expired is refused", async () => {
    const ada = await newAccount();
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", {
      body: { name: "ci", scopes: ["projects:read"], expiresInDays: 1 },
    });
    await withToken(made.token).expect(200, "/v1/projects");
    await database
      .update(apiToken)
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where(eq(apiToken.id, made.id));
    await withToken(made.token).problem(401, "/v1/projects", fromAnywhere());
  });

  it("An invalid token is refused even with a valid cookie", async () => {
    const ada = await newAccount();
    const headers = { Authorization: `Bearer ${newTokenText()}`, "CF-Connecting-IP": crypto.randomUUID() };
    await ada.problem(401, "/v1/projects", { headers });
  });

  it.each(["Basic YWRhOmFkYQ==", "Bearer", "Bearer  ", "esk_nothing"])(
    "A malformed token is refused: %j",
    async (Authorization) => {
      const headers = { Authorization, "CF-Connecting-IP": crypto.randomUUID() };
      const { detail } = await nobody.problem(401, "/v1/projects", { headers });
      if (!Authorization.startsWith("Bearer")) expect(detail).toContain("Send the token as");
    },
  );

  it("A token cannot create, list, rotate or revoke tokens, nor update the account", async () => {
    const ada = await newAccount();
    const own = await ada.expect<NewApiToken>(201, "/v1/tokens", {
      body: {
        name: "all",
        scopes: ["projects:read", "projects:write", "runs:read", "runs:write", "webhooks:read", "usage:read"],
      },
    });
    const program = withToken(own.token);
    const tries: [string, string, unknown?][] = [
      ["GET", "/v1/tokens"],
      ["POST", "/v1/tokens", { name: "more", scopes: ["projects:read"] }],
      ["POST", `/v1/tokens/${own.id}/rotate`, {}],
      ["DELETE", `/v1/tokens/${own.id}`],
      ["PATCH", "/v1/me", { name: "Mallory" }],
    ];
    for (const [method, path, body] of tries) {
      const problem = await program.problem(403, path, { method, ...(body !== undefined && { body }) });
      expect(problem.code).toBe("forbidden");
    }
    expect(await ada.expect(200, "/v1/me")).toMatchObject({ name: "Ada" });
  });

  it("A token is limited to its scopes, and the error names the missing one", async () => {
    const ada = await newAccount();
    const reader = await ada.token(["projects:read"]);
    await reader.expect(200, "/v1/projects");
    const problem = await reader.problem(403, "/v1/projects", { body: { name: "No" } });
    expect(problem).toMatchObject({ code: "insufficient_scope", scope: "projects:write" });
  });

  it("A token of another account is a 404", async () => {
    const ada = await newAccount();
    const eve = await newAccount();
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    await eve.problem(404, `/v1/tokens/${made.id}`, { method: "DELETE" });
    await eve.problem(404, `/v1/tokens/${made.id}/rotate`, { method: "POST" });
    await withToken(made.token).expect(200, "/v1/projects");
  });

  it("A token needs no Origin, and may have a foreign one, since browsers never send it on their own", async () => {
    const ada = await newAccount();
    const program = await ada.token(["projects:write"]);
    await program.expect(201, "/v1/projects", { body: { name: "One" } });
    await program.expect(201, "/v1/projects", { body: { name: "Two" }, headers: { Origin: "https://evil.example" } });
  });

  it("The database has only the hash of a token", async () => {
    const ada = await newAccount();
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    const [row] = await database.select().from(apiToken).where(eq(apiToken.id, made.id));
    expect(JSON.stringify(row)).not.toContain(made.token.slice(8, -4));
  });
});

describe("invented tokens", () => {
  it("An attacker who tries invented tokens reaches the address's limit", async () => {
    const address = { "CF-Connecting-IP": crypto.randomUUID() };
    const statuses = new Set<number>();
    for (let tries = 0; tries < 61; tries += 1) {
      const answer = await nobody.request("/v1/projects", {
        headers: { ...address, Authorization: `Bearer ${tries}` },
      });
      statuses.add(answer.status);
      await answer.text();
    }
    expect([...statuses]).toEqual([401, 429]);
  });
});

describe("unknown tokens", () => {
  it("An unknown token counts before its look-up, and a valid token of the same address still works", async () => {
    const ada = await newAccount();
    const good = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    const headers = { "CF-Connecting-IP": crypto.randomUUID() };
    await withToken(good.token).expect(200, "/v1/projects", { headers });
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => withToken(newTokenText()).request("/v1/projects", { headers })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused.map(databaseRequestsOf)).toEqual(refused.map(() => 0));
    await withToken(good.token).expect(200, "/v1/projects", { headers });
  });

  it("A valid token does not use up its address's limit, in concurrent and in sequential requests", async () => {
    const ada = await newAccount();
    const headers = { "CF-Connecting-IP": crypto.randomUUID() };
    const tokens = [];
    for (let n = 0; n < 12; n += 1) {
      const body = { name: `${n}`, scopes: ["projects:read"] };
      tokens.push(await ada.expect<NewApiToken>(201, "/v1/tokens", { body }));
    }
    for (const { token } of tokens) await withToken(token).expect(200, "/v1/projects", { headers });
    const [first] = tokens;
    const many = Array.from({ length: 80 }, () => withToken(first?.token ?? "").request("/v1/projects", { headers }));
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([200]));
    for (let n = 0; n < 50; n += 1)
      await nobody.problem(401, "/v1/projects", { headers: { ...headers, Authorization: `Bearer ${n}` } });
  });
});

describe("an account", () => {
  it("An account has at most 50 active tokens, even with concurrent requests", async () => {
    const ada = await newAccount();
    const ask = () => ada.request("/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    const answers = await Promise.all(Array.from({ length: 60 }, ask));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(50);
    const problem = await ada.problem(409, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    expect(problem).toMatchObject({ code: "limit_reached", limit: 50 });
    const one = await made[0]?.json<NewApiToken>();
    await ada.expect(204, `/v1/tokens/${one?.id}`, { method: "DELETE" });
    await ada.expect(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
  });
});

describe("concurrent rotations of one token", () => {
  it.each([0, 600])(
    "Concurrent rotations of a token create one successor, with an overlap of %i s",
    async (overlapSeconds) => {
      const ada = await newAccount();
      const old = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
      const rotate = () => ada.request(`/v1/tokens/${old.id}/rotate`, { body: { overlapSeconds } });
      const answers = await Promise.all(Array.from({ length: 8 }, rotate));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
      const rows = await database.select().from(apiToken).where(eq(apiToken.name, "ci"));
      const own = await ada.expect<{ data: { id: string }[] }>(200, "/v1/tokens");
      expect(own.data).toHaveLength(2);
      const fresh = await answers.find(({ status }) => status === 201)?.json<NewApiToken>();
      expect(rows.find(({ id }) => id === old.id)?.successorId).toBe(fresh?.id);
      expect(fresh?.expiresAt).toBe(old.expiresAt);
      await withToken(fresh?.token ?? "").expect(200, "/v1/projects");
    },
  );
});

describe("the input for a token", () => {
  it.each([
    [{ name: "", scopes: ["projects:read"] }, "/name"],
    [{ name: "ci", scopes: [] }, "/scopes"],
    [{ name: "ci", scopes: ["everything"] }, "/scopes/0"],
    [{ name: "ci", scopes: ["projects:read"], expiresInDays: 0 }, "/expiresInDays"],
    [{ name: "ci", scopes: ["projects:read"], admin: true }, "/admin"],
    [{ scopes: ["projects:read"] }, "/name"],
  ])("POST /v1/tokens refuses %j with a pointer", async (body, pointer) => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/tokens", { body });
    expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
    expect(await ada.expect(200, "/v1/tokens")).toMatchObject({ data: [] });
  });
});

// http/access.security.test.ts covers writes by cookie on every route; this is the route where it matters most.
describe("a token by cookie", () => {
  it("POST /v1/tokens by cookie needs the app's own Origin", async () => {
    const ada = await newAccount();
    const body = { name: "stolen", scopes: ["projects:read"] };
    for (const Origin of ["https://evil.example", "null", `${appUrl}.evil.example`]) {
      const problem = await ada.problem(403, "/v1/tokens", { body, headers: { Origin } });
      expect(problem.code).toBe("bad_origin");
    }
    expect(await ada.expect(200, "/v1/tokens")).toMatchObject({ data: [] });
  });
});

import { describe, expect, it } from "vitest";
import type { NewApiToken } from "../../../worker/contract/index.ts";
import { type ApiToken, newAccount, type Page, withToken } from "../stage/client.ts";

describe("an API token", () => {
  it("A token is shown once, listed without its secret, and acts for its account", async () => {
    const ada = await newAccount();
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", {
      body: { name: "ci", scopes: ["projects:write", "projects:read"], expiresInDays: 7 },
    });
    const { token, ...shown } = made;
    expect(token).toMatch(/^esk_[0-9A-Za-z]{36}$/);
    expect(shown).toMatchObject({ name: "ci", scopes: ["projects:write", "projects:read"], lastUsedAt: null });
    expect(shown.prefix).toBe(token.slice(0, shown.prefix.length));
    expect(shown.last4).toBe(token.slice(-4));
    expect(Date.parse(shown.expiresAt ?? "") - Date.parse(shown.createdAt)).toBeCloseTo(7 * 86_400_000, -4);

    const list = await ada.request("/v1/tokens");
    const text = await list.text();
    expect(text).not.toContain(token);
    expect(JSON.parse(text).data).toEqual([shown]);

    const program = withToken(token);
    await program.expect(201, "/v1/projects", { body: { name: "By a program" } });
    expect(await ada.expect(200, "/v1/projects")).toMatchObject({ data: [{ name: "By a program" }] });
    expect(await program.expect(200, "/v1/me")).toMatchObject({ email: ada.email });
  });

  it("A rotated token has a successor, and is itself valid through the overlap and no longer", async () => {
    const ada = await newAccount();
    const old = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    const second = await ada.expect<NewApiToken>(201, `/v1/tokens/${old.id}/rotate`, { body: { overlapSeconds: 600 } });
    expect(second).toMatchObject({ name: "ci", scopes: ["projects:read"] });
    expect(second.token).not.toBe(old.token);
    await withToken(old.token).expect(200, "/v1/projects");
    await withToken(second.token).expect(200, "/v1/projects");
    const third = await ada.expect<NewApiToken>(201, `/v1/tokens/${second.id}/rotate`, { method: "POST" });
    await withToken(second.token).problem(401, "/v1/projects");
    await withToken(third.token).expect(200, "/v1/projects");
  });

  it("A token that is revoked is refused", async () => {
    const ada = await newAccount();
    const made = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "ci", scopes: ["projects:read"] } });
    await ada.expect(204, `/v1/tokens/${made.id}`, { method: "DELETE" });
    const problem = await withToken(made.token).problem(401, "/v1/projects");
    expect(problem.code).toBe("invalid_token");
    expect((await ada.expect<Page<ApiToken>>(200, "/v1/tokens")).data).toEqual([]);
    await ada.problem(404, `/v1/tokens/${made.id}`, { method: "DELETE" });
    await ada.problem(404, `/v1/tokens/${made.id}/rotate`, { method: "POST" });
  });

  it("The list of tokens is newest first, page by page", async () => {
    const ada = await newAccount();
    for (const name of ["one", "two", "three"]) {
      await ada.expect(201, "/v1/tokens", { body: { name, scopes: ["usage:read"] } });
    }
    const first = await ada.expect<Page<ApiToken>>(200, "/v1/tokens?limit=2");
    expect(first.data.map(({ name }) => name)).toEqual(["three", "two"]);
    const next = await ada.expect<Page<ApiToken>>(200, `/v1/tokens?limit=2&cursor=${first.pagination.nextCursor}`);
    expect(next.data.map(({ name }) => name)).toEqual(["one"]);
    expect(next.pagination).toEqual({ hasMore: false, nextCursor: null, limit: 2 });
  });
});

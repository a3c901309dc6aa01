import { eq } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { appSecret, event } from "../../../drizzle/schema/index.ts";
import type { AuditEntry, Grant, Page, Secret, Variable } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newProject, type Project } from "../stage/client.ts";

const canary = "sk_live_canary_value_4242";

async function stage(): Promise<{ ada: Account; id: string; at: string }> {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  return { ada, id, at: `/v1/projects/${id}` };
}

const put = <T>(ada: Account, path: string, body: object) => ada.expect<T>(200, path, { method: "PUT", body });

describe("variables", () => {
  it("a variable can be set, replaced, listed and deleted", async () => {
    const { ada, at } = await stage();
    const made = await put<Variable>(ada, `${at}/variables/SHOP_NAME`, { value: "Tea" });
    expect(made).toEqual({ name: "SHOP_NAME", value: "Tea", target: "both", updatedAt: expect.stringMatching(/Z$/) });
    await put(ada, `${at}/variables/SHOP_NAME`, { value: "Coffee" });
    await put(ada, `${at}/variables/A`, { value: "" });
    const { data, pagination } = await ada.expect<Page<Variable>>(200, `${at}/variables`);
    expect(data.map(({ name, value }) => [name, value])).toEqual([
      ["A", ""],
      ["SHOP_NAME", "Coffee"],
    ]);
    expect(pagination).toMatchObject({ hasMore: false });
    await ada.expect(204, `${at}/variables/A`, { method: "DELETE" });
    await ada.problem(404, `${at}/variables/A`, { method: "DELETE" });
  });

  it("A value for one app overrides the value for both, until a new value for both replaces it", async () => {
    const { ada, at } = await stage();
    await put(ada, `${at}/variables/MODE`, { value: "all" });
    await put(ada, `${at}/variables/MODE`, { value: "test", target: "preview" });
    const listed = async () =>
      (await ada.expect<Page<Variable>>(200, `${at}/variables`)).data.map(({ value, target }) => `${target}=${value}`);
    expect(await listed()).toEqual(["both=all", "preview=test"]);
    await put(ada, `${at}/variables/MODE`, { value: "new" });
    expect(await listed()).toEqual(["both=new"]);
    await put(ada, `${at}/variables/MODE`, { value: "live", target: "public" });
    await ada.expect(204, `${at}/variables/MODE?target=both`, { method: "DELETE" });
    expect(await listed()).toEqual(["public=live"]);
  });

  it("a variable's name, size and target are checked", async () => {
    const { ada, at } = await stage();
    for (const name of ["shop", "1A", "A-B", "Ä", "A".repeat(65)]) {
      const refused = await ada.problem(422, `${at}/variables/${encodeURIComponent(name)}`, {
        method: "PUT",
        body: { value: "x" },
      });
      expect(refused.errors, name).toMatchObject([{ pointer: "/name", code: "invalid_name" }]);
    }
    await put(ada, `${at}/variables/${"A".repeat(64)}`, { value: "ä".repeat(4_096) });
    const big = { method: "PUT", body: { value: "ä".repeat(4_097) } };
    expect((await ada.problem(422, `${at}/variables/BIG`, big)).errors).toMatchObject([{ pointer: "/value" }]);
    const nul = { method: "PUT", body: { value: "a\0" } };
    expect((await ada.problem(422, `${at}/variables/NUL`, nul)).errors).toMatchObject([{ code: "invalid_text" }]);
    await ada.problem(422, `${at}/variables/A`, { method: "PUT", body: { value: "x", target: "everywhere" } });
    await ada.problem(422, `${at}/variables/A`, { method: "PUT", body: { value: "x", more: 1 } });
  });

  it("a project has at most 100 variables, and those it has can still be replaced", async () => {
    const { ada, at } = await stage();
    for (let from = 0; from < 100; from += 20) {
      const names = Array.from({ length: 20 }, (_, index) => `N${from + index}`);
      await Promise.all(names.map((name) => put(ada, `${at}/variables/${name}`, { value: name })));
    }
    const more = { method: "PUT", body: { value: "x" } };
    expect((await ada.problem(409, `${at}/variables/MORE`, more)).code).toBe("limit_reached");
    await put(ada, `${at}/variables/N7`, { value: "again" });
    const first = await ada.expect<Page<Variable>>(200, `${at}/variables?limit=60`);
    expect(first.pagination.hasMore).toBe(true);
    const second = await ada.expect<Page<Variable>>(
      200,
      `${at}/variables?limit=60&cursor=${first.pagination.nextCursor}`,
    );
    expect(new Set([...first.data, ...second.data].map(({ name }) => name)).size).toBe(100);
  });
});

describe("secrets", () => {
  it("a secret's value is in no answer, no list, no event, no audit record and not readable in the database", async () => {
    const { ada, id, at } = await stage();
    const webhook = { url: `${inject("receiverUrl")}/200/${id}`, events: ["secret.updated", "secret.deleted"] };
    await ada.expect(201, "/v1/webhooks", { body: webhook });
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const body = { value: canary };
    const made = await ada.expect<Secret>(200, `${at}/secrets/API_KEY`, { method: "PUT", body, headers: key });
    expect(made).toEqual({ name: "API_KEY", target: "both", version: 1, updatedAt: made.updatedAt });
    const again = await ada.expect<Secret>(200, `${at}/secrets/API_KEY`, { method: "PUT", body, headers: key });
    expect(again, "the same operation").toEqual(made);
    expect(await put<Secret>(ada, `${at}/secrets/API_KEY`, body)).toMatchObject({ version: 2 });
    const told = [
      made,
      await ada.expect(200, `${at}/secrets`),
      await ada.expect(200, `${at}/variables`),
      await ada.expect<Page<AuditEntry>>(200, "/v1/audit"),
      await (await ada.request("/v1/me/export")).text(),
      await database.select().from(event).where(eq(event.projectId, id)),
      await database.select().from(appSecret).where(eq(appSecret.projectId, id)),
    ];
    expect(JSON.stringify(told)).not.toContain("canary");
    expect(JSON.stringify(told)).toContain("secret.put");
    expect(JSON.stringify(told)).toContain("secret.updated");
    await ada.expect(204, `${at}/secrets/API_KEY`, { method: "DELETE" });
    await ada.problem(404, `${at}/secrets/API_KEY`, { method: "DELETE" });
  });

  it("a secret whose name build tools publish is refused with the reason", async () => {
    const { ada, at } = await stage();
    const refused = await ada.problem(422, `${at}/secrets/VITE_API_KEY`, { method: "PUT", body: { value: canary } });
    expect(refused.errors).toMatchObject([{ pointer: "/name", code: "public_name" }]);
    expect(refused.detail).toContain("VITE_");
    expect(refused.detail).toContain("every visitor can read them");
    expect(JSON.stringify(refused)).not.toContain("canary");
  });

  it("a secret that no header can carry is refused, and the refusal does not repeat it", async () => {
    const { ada, at } = await stage();
    for (const value of ["", ` ${canary}`, `${canary}\n`, `${canary}ä`]) {
      const refused = await ada.problem(422, `${at}/secrets/API_KEY`, { method: "PUT", body: { value } });
      expect(refused.errors).toMatchObject([{ pointer: "/value" }]);
      expect(JSON.stringify(refused)).not.toContain("canary");
    }
  });

  it("a name is either a variable or a secret", async () => {
    const { ada, at } = await stage();
    await put(ada, `${at}/variables/ONE`, { value: "x" });
    await put(ada, `${at}/secrets/TWO`, { value: "some secret" });
    expect((await ada.problem(409, `${at}/secrets/ONE`, { method: "PUT", body: { value: "x" } })).code).toBe(
      "conflict",
    );
    expect((await ada.problem(409, `${at}/variables/TWO`, { method: "PUT", body: { value: "x" } })).code).toBe(
      "conflict",
    );
  });
});

describe("grants", () => {
  it("a grant can be created, listed and deleted, and both are events", async () => {
    const { ada, id, at } = await stage();
    const body = {
      host: "API.Stripe.com:443",
      methods: ["POST", "GET", "POST"],
      pathPrefix: "/v1",
      header: { name: "Authorization", template: "Bearer {{STRIPE_KEY}}" },
      target: "public",
    };
    const made = await ada.expect<Grant>(201, `${at}/grants`, { body });
    expect(made).toEqual({
      ...body,
      id: expect.stringMatching(/^grt_/),
      host: "api.stripe.com",
      methods: ["POST", "GET"],
      createdAt: expect.stringMatching(/Z$/),
    });
    const plain = await ada.expect<Grant>(201, `${at}/grants`, { body: { host: "*.example.com:8443" } });
    expect(plain).toEqual({ id: plain.id, host: "*.example.com:8443", target: "both", createdAt: plain.createdAt });
    const listed = await ada.expect<Page<Grant>>(200, `${at}/grants`);
    expect(listed.data).toEqual([plain, made]);
    await ada.expect(204, `${at}/grants/${made.id}`, { method: "DELETE" });
    await ada.problem(404, `${at}/grants/${made.id}`, { method: "DELETE" });
    const events = await database.select().from(event).where(eq(event.projectId, id));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["grant.created", "grant.deleted"]));
  });

  it("a grant that is sent again with its key is made once", async () => {
    const { ada, at } = await stage();
    const sent = { body: { host: "api.example.com" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const [one, other] = [
      await ada.expect<Grant>(201, `${at}/grants`, sent),
      await ada.expect<Grant>(201, `${at}/grants`, sent),
    ];
    expect(other.id).toBe(one.id);
    expect((await ada.expect<Page<Grant>>(200, `${at}/grants`)).data).toHaveLength(1);
  });

  it("a private, a metadata or an own host, an address and a shared suffix are refused with invalid_host", async () => {
    const { ada, at } = await stage();
    const hosts = [
      "10.0.0.1",
      "8.8.8.8",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "１２７.０.０.１",
      "127.0.0.1",
      "127.0.0.1.",
      "[::1]",
      "[::ffff:10.0.0.1]",
      "[2606:4700:4700::1111]",
      "169.254.169.254",
      "localhost",
      "*.localhost:9999",
      "metadata.google.internal",
      "metadata.goog",
      "api.metadata.goog",
      "printer.local",
      "intranet",
      "10.0.0.1.nip.io",
      "*.nip.io",
      "localhost:8787",
      "127.0.0.1:8788",
      "app.localhost:8788",
      "example.com.",
      "*.com",
      "*.co.uk",
      "*.github.io",
      "*",
      "*.*.com",
      "a.*.com",
      "https://example.com",
      "user@example.com",
      "example.com/path",
      "example.com?a",
      "example.com#a",
      "exa mple.com",
      "exam\u200bple.com",
      "example.com:0x50",
      "example.com:0",
      "example.com:70000",
      "%65xample.com",
    ];
    for (const host of hosts) {
      const refused = await ada.problem(422, `${at}/grants`, { body: { host } });
      expect([host, refused.code]).toEqual([host, "invalid_host"]);
      expect(refused.errors).toMatchObject([{ pointer: "/host", code: "invalid_host" }]);
    }
    expect((await ada.expect<Page<Grant>>(200, `${at}/grants`)).data).toEqual([]);
  });

  it("A grant's template must name a secret, and its header must not frame a request", async () => {
    const { ada, at } = await stage();
    const bad = [
      { header: { name: "Authorization", template: "Bearer" } },
      { header: { name: "Authorization", template: "Bearer {{key}}" } },
      { header: { name: "Authorization", template: "{{KEY}}\r\nX: y" } },
      { header: { name: "Host", template: "{{KEY}}" } },
      { header: { name: "Transfer-Encoding", template: "{{KEY}}" } },
      { header: { name: "X-Edgesmith-Code", template: "{{KEY}}" } },
      { header: { name: "a b", template: "{{KEY}}" } },
      { query: { name: "", template: "{{KEY}}" } },
      { methods: [] },
      { methods: ["CONNECT"] },
      { pathPrefix: "v1" },
      { pathPrefix: "/v1?a=1" },
    ];
    for (const fields of bad) {
      const refused = await ada.problem(422, `${at}/grants`, { body: { host: "api.example.com", ...fields } });
      expect([fields, refused.code]).toEqual([fields, "invalid_request"]);
    }
  });

  it("a project has at most 50 grants", async () => {
    const { ada, at } = await stage();
    const made = Array.from({ length: 50 }, (_, index) => `h${index}.example.com`);
    await Promise.all(made.map((host) => ada.expect(201, `${at}/grants`, { body: { host } })));
    const refused = await ada.problem(409, `${at}/grants`, { body: { host: "more.example.com" } });
    expect(refused.code).toBe("limit_reached");
  });
});

it("A fork starts without variables, secrets and grants, and a deletion removes those of its project", async () => {
  const { ada, id, at } = await stage();
  await put(ada, `${at}/variables/SHOP`, { value: "Tea" });
  await put(ada, `${at}/secrets/API_KEY`, { value: canary });
  await ada.expect(201, `${at}/grants`, { body: { host: "api.example.com" } });
  const fork = await ada.expect<Project>(201, `${at}/fork`, { body: {} });
  for (const kind of ["variables", "secrets", "grants"]) {
    expect((await ada.expect<Page<object>>(200, `/v1/projects/${fork.id}/${kind}`)).data).toEqual([]);
  }
  await ada.expect(204, at, { method: "DELETE" });
  expect(await database.select().from(appSecret).where(eq(appSecret.projectId, id))).toEqual([]);
});

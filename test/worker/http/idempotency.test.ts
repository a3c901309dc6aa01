import { eq } from "drizzle-orm";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { idempotency } from "../../../drizzle/schema/index.ts";
import type { BatchResult, NewApiToken } from "../../../worker/contract/index.ts";
import { renewLease } from "../../../worker/http/middleware/idempotency.ts";
import { acquireKey, renewLeaseStatement } from "../../../worker/http/middleware/idempotency-store.ts";
import { database } from "../database/direct.ts";
import { type Caller, newAccount, newProject, nobody, type Page, type Project } from "../stage/client.ts";

const keyed = (key: string, body: unknown) => ({ body, headers: { "Idempotency-Key": key } });
const projectsOf = async (caller: Caller) => (await caller.expect<Page<Project>>(200, "/v1/projects")).data;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Loses the response of every later commit, and advances the clock past the retries, until `vi.restoreAllMocks()`. */
function loseCommitAnswers(): void {
  const { fetchEndpoint } = inject("stage");
  const [realFetch, realNow] = [globalThis.fetch, Date.now];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const answer = await realFetch(input, init);
    if (String(input) !== fetchEndpoint || !/insert into .{1,2}operation/.test(String(init?.body))) return answer;
    vi.spyOn(Date, "now").mockImplementation(() => realNow() + 60_000);
    throw new TypeError("Network connection lost.");
  });
}

describe("the lease of an Idempotency-Key", () => {
  const heldKey = async () => {
    const held = { userId: crypto.randomUUID(), key: crypto.randomUUID(), holder: crypto.randomUUID() };
    await acquireKey(database, { ...held, fingerprint: "f" });
    const leaseOf = async () => {
      const rows = await database.select().from(idempotency).where(eq(idempotency.key, held.key));
      return (rows[0]?.heldUntil.getTime() ?? 0) - Date.now();
    };
    return { held, leaseOf };
  };

  it("The lease of an Idempotency-Key ends within six seconds without a renewal, and another attempt acquires it", async () => {
    const { held, leaseOf } = await heldKey();
    expect(await leaseOf()).toBeLessThanOrEqual(6_500);
    const later = { ...held, holder: "later", fingerprint: "f" };
    expect((await acquireKey(database, later)).holder).toBe(held.holder);
    await database
      .update(idempotency)
      .set({ heldUntil: new Date(Date.now() - 1) })
      .where(eq(idempotency.key, held.key));
    expect((await acquireKey(database, later)).holder).toBe("later");
  });

  it("The lease of an Idempotency-Key lasts for as long as its holder renews it", async () => {
    const { held, leaseOf } = await heldKey();
    await database
      .update(idempotency)
      .set({ heldUntil: new Date(Date.now() + 500) })
      .where(eq(idempotency.key, held.key));
    const failures: unknown[] = [];
    const stop = renewLease(database, held, (error) => failures.push(error), 20);
    await expect.poll(leaseOf, { timeout: 5_000 }).toBeGreaterThan(5_000);
    stop();
    expect(failures).toEqual([]);
  });

  it("The lease of an Idempotency-Key is not renewed by an attempt that has lost it", async () => {
    const { held } = await heldKey();
    await database.update(idempotency).set({ holder: "other" }).where(eq(idempotency.key, held.key));
    const before = await database.select().from(idempotency).where(eq(idempotency.key, held.key));
    await renewLeaseStatement(database, held);
    expect(await database.select().from(idempotency).where(eq(idempotency.key, held.key))).toEqual(before);
  });
});

describe("an Idempotency-Key", () => {
  it("A repeated Idempotency-Key replays the stored response and writes once", async () => {
    const ada = await newAccount();
    const key = crypto.randomUUID();
    const first = await ada.request("/v1/projects", keyed(key, { name: "Once" }));
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const again = await ada.request("/v1/projects", keyed(key, { name: "Once" }));
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    for (const header of ["location", "etag", "content-type"]) {
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    }
    expect(await again.text()).toBe(await first.text());
    expect(await projectsOf(ada)).toHaveLength(1);
  });

  it("A quoted Idempotency-Key is the same key", async () => {
    const ada = await newAccount();
    const key = crypto.randomUUID();
    await ada.expect(201, "/v1/projects", keyed(key, { name: "Once" }));
    await ada.expect(201, "/v1/projects", keyed(`"${key}"`, { name: "Once" }));
    expect(await projectsOf(ada)).toHaveLength(1);
  });

  it("A repeated Idempotency-Key with another body or path is a 422", async () => {
    const ada = await newAccount();
    const project = await newProject(ada);
    const key = crypto.randomUUID();
    await ada.expect(201, "/v1/projects", keyed(key, { name: "Once" }));
    const body = await ada.problem(422, "/v1/projects", keyed(key, { name: "Twice" }));
    expect(body.code).toBe("idempotency_key_reused");
    const init = { ...keyed(key, { name: "Once" }), method: "PATCH" };
    await ada.problem(422, `/v1/projects/${project.id}`, init);
    expect(await projectsOf(ada)).toHaveLength(2);
  });

  it("An Idempotency-Key belongs to its account", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const key = crypto.randomUUID();
    await ada.expect(201, "/v1/projects", keyed(key, { name: "Hers" }));
    const other = await eve.request("/v1/projects", keyed(key, { name: "Hers" }));
    expect(other.headers.get("idempotent-replayed")).toBeNull();
    expect(await projectsOf(eve)).toHaveLength(1);
  });

  it("Only one of concurrent requests with the same Idempotency-Key writes, and the others get its response or a 409", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}/batches`;
    const init = keyed(crypto.randomUUID(), { operations: [{ op: "create", path: "a.txt", content: "a" }] });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ada.request(path, init)));
    for (const answer of answers) {
      if (answer.status === 201) expect(await answer.json()).toMatchObject({ revision: 1 });
      else {
        expect(answer.status).toBe(409);
        expect(answer.headers.get("retry-after")).toBe("1");
        expect(await answer.json()).toMatchObject({ code: "idempotency_in_flight" });
      }
    }
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect(await ada.expect<BatchResult>(201, path, init)).toMatchObject({ revision: 1 });
    expect(await ada.expect<Project>(200, `/v1/projects/${id}`)).toMatchObject({ head: 1 });
  });

  it("A repeated Idempotency-Key replays a refusal that depends on the request alone", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}/batches`;
    const init = keyed(crypto.randomUUID(), { operations: [{ op: "delete", path: "none.txt" }] });
    const first = await ada.problem(409, path, init);
    const again = await ada.request(path, init);
    expect(again.status).toBe(409);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("content-type")).toBe("application/problem+json");
    expect(await again.json()).toEqual(first);
  });

  it("An Idempotency-Key whose Worker crashed is free again after its lease", async () => {
    const ada = await newAccount();
    const key = crypto.randomUUID();
    const init = keyed(key, { name: "Once" });
    const first = await ada.expect<Project>(201, "/v1/projects", init);
    // The state after the project was created and before the response was stored.
    const died = { status: null, headers: null, body: null, holder: "a Worker that died" };
    const hold = (heldUntil: number) =>
      database
        .update(idempotency)
        .set({ ...died, heldUntil: new Date(heldUntil) })
        .where(eq(idempotency.key, key));
    // A recent renewal: the holder may finish at any moment.
    await hold(Date.now() + 5_500);
    const young = await ada.request("/v1/projects", init);
    expect([young.status, young.headers.get("retry-after")]).toEqual([409, "1"]);
    // A missed renewal.
    await hold(Date.now() + 2_900);
    const old = await ada.request("/v1/projects", init);
    expect(await old.json()).toMatchObject({ code: "idempotency_in_flight" });
    const seconds = Number(old.headers.get("retry-after"));
    expect([2, 3]).toContain(seconds);
    await hold(Date.now() - 1);
    expect(await ada.expect<Project>(201, "/v1/projects", init)).toEqual(first);
    expect(await projectsOf(ada)).toHaveLength(1);
  });

  it("A retry after an unknown outcome writes once", async () => {
    const ada = await newAccount();
    const init = keyed(crypto.randomUUID(), { name: "Once" });
    loseCommitAnswers();
    expect((await ada.problem(503, "/v1/projects", init)).code).toBe("outcome_unknown");
    vi.restoreAllMocks();
    const project = await ada.expect<Project>(201, "/v1/projects", init);
    expect(await projectsOf(ada)).toMatchObject([{ id: project.id }]);
    expect((await ada.problem(422, "/v1/projects", { ...init, body: { name: "Other" } })).code).toBe(
      "idempotency_key_reused",
    );
  });

  it("A refusal before the handler, for a missing Origin, is not stored under the Idempotency-Key", async () => {
    const ada = await newAccount();
    const key = crypto.randomUUID();
    const init = keyed(key, { name: "Once" });
    await ada.problem(403, "/v1/projects", { ...init, headers: { ...init.headers, Origin: "https://evil.example" } });
    await ada.expect(201, "/v1/projects", init);
  });

  it("A repeated Idempotency-Key replays a token, which is stored encrypted", async () => {
    const ada = await newAccount();
    const init = keyed(crypto.randomUUID(), { name: "ci", scopes: ["projects:read"] });
    const first = await ada.expect<NewApiToken>(201, "/v1/tokens", init);
    const again = await ada.expect<NewApiToken>(201, "/v1/tokens", init);
    expect(again).toEqual(first);
    expect((await ada.expect<Page<unknown>>(200, "/v1/tokens")).data).toHaveLength(1);
  });

  it("An Idempotency-Key has 1 to 255 ASCII characters; any other is a 400", async () => {
    const ada = await newAccount();
    await ada.expect(201, "/v1/projects", keyed("k".repeat(255), { name: "Long" }));
    for (const key of ["k".repeat(256), '""', "clé"]) {
      const problem = await ada.problem(400, "/v1/projects", keyed(key, { name: "No" }));
      expect(problem.code).toBe("malformed_request");
    }
    expect(await projectsOf(ada)).toHaveLength(1);
  });

  it("A repeated DELETE with an Idempotency-Key returns 204 again", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const init = { method: "DELETE", headers: { "Idempotency-Key": crypto.randomUUID() } };
    await ada.expect(204, `/v1/projects/${id}`, init);
    await ada.expect(204, `/v1/projects/${id}`, init);
    await ada.problem(404, `/v1/projects/${id}`, { method: "DELETE" });
  });

  it("An Idempotency-Key without a credential is still a 401", async () => {
    await nobody.problem(401, "/v1/projects", keyed(crypto.randomUUID(), { name: "No" }));
  });
});

import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { customDomain as domainTable } from "../../../drizzle/schema/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { CustomDomain, Page } from "../../../worker/contract/index.ts";
import { sweepDomains } from "../../../worker/preview/index.ts";
import { customHostnamesOf } from "../../../worker/preview/publication/custom-hostnames.ts";
import { database } from "../database/direct.ts";
import { newAccount, newProject } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const config = configOf(env);
const cloudflare = config.customHostnames?.apiUrl ?? "";

const unique = () => `www.${crypto.randomUUID().slice(0, 8)}.com`;
const post = (path: string, body: unknown) =>
  fetch(`${cloudflare}${path}`, { method: "POST", body: JSON.stringify(body) }).then((answer) => answer.text());

async function withProject() {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  const domains = `/v1/projects/${id}/publish/domains`;
  const get = (host: string) => ada.expect<CustomDomain>(200, `${domains}/${host}`);
  const put = (host: string) => ada.expect<CustomDomain>(200, `${domains}/${host}`, { method: "PUT", body: {} });
  return { ada, id, domains, get, put };
}

/** Creates the TXT records that a domain needs, as its owner does at their DNS provider. */
async function createRecords({ records }: CustomDomain, purpose: "ownership" | "certificate"): Promise<void> {
  for (const record of records) if (record.purpose === purpose) await post("/dns", record);
}

async function withActiveDomain(host = unique()) {
  const project = await withProject();
  const claimed = await project.put(host);
  await createRecords(claimed, "ownership");
  await createRecords(claimed, "certificate");
  await project.get(host);
  expect(await project.get(host)).toMatchObject({ status: "active", certificate: "active" });
  return { ...project, host };
}

describe("PUT /publish/domains/{host}", () => {
  it("PUT /publish/domains/{host} returns the records to create, and the domain is active once ownership and certificate are proven", async () => {
    const { put, get } = await withProject();
    const host = unique();
    const claimed = await put(host);
    expect(claimed).toMatchObject({ host, status: "pending", certificate: "pending" });
    expect(claimed.records).toEqual([
      { type: "CNAME", name: host, value: "custom.edgesmith-apps.example", purpose: "routing" },
      { type: "TXT", name: `_cf-custom-hostname.${host}`, value: expect.any(String), purpose: "ownership" },
      { type: "TXT", name: `_acme-challenge.${host}`, value: expect.any(String), purpose: "certificate" },
    ]);
    await createRecords(claimed, "ownership");
    expect(await get(host)).toMatchObject({ status: "pending", certificate: "pending" });
    await createRecords(claimed, "certificate");
    expect(await get(host)).toMatchObject({ status: "pending", certificate: "pending" });
    expect(await put(host)).toMatchObject({ status: "active", certificate: "active" });
  });

  it("PUT /publish/domains/{host} serves the published app at the domain, and not before it is verified", async () => {
    const { ada, id, put, get } = await withProject();
    const operations = [{ op: "write", path: "index.html", content: "<!doctype html><h1>Own domain</h1>" }];
    await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
    await ada.expect(200, `/v1/projects/${id}/publish`, { body: {} });
    const [early, host] = [unique(), unique()];
    for (const each of [early, host]) {
      const claimed = await put(each);
      await createRecords(claimed, "ownership");
      if (each === host) await createRecords(claimed, "certificate");
      await get(each);
      await get(each);
    }
    const at = async (name: string) => {
      const answer = await door.fetch(`http://${name}:8788/`, { redirect: "manual" });
      return [answer.status, (await answer.text()).includes("Own domain")];
    };
    expect(await at(host)).toEqual([200, true]);
    expect(await at(early)).toEqual([404, false]);
  });

  it("A domain and its www are two domains of one project, each with records and a state of its own", async () => {
    const { ada, id, put, get, domains } = await withProject();
    const operations = [{ op: "write", path: "index.html", content: "<!doctype html><h1>Both</h1>" }];
    await ada.expect(201, `/v1/projects/${id}/batches`, { body: { operations } });
    await ada.expect(200, `/v1/projects/${id}/publish`, { body: {} });
    const www = unique();
    const apex = www.replace(/^www\./, "");
    const claims = [await put(www), await put(apex)];
    expect(claims.map(({ records }) => records[0]?.name)).toEqual([www, apex]);
    const prove = async (claimed: CustomDomain) => {
      await createRecords(claimed, "ownership");
      await createRecords(claimed, "certificate");
      await get(claimed.host);
      return (await get(claimed.host)).status;
    };
    const at = async (name: string) => (await door.fetch(`http://${name}:8788/`, { redirect: "manual" })).status;
    const [ofWww, ofApex] = claims;
    if (ofWww === undefined || ofApex === undefined) throw new Error("Both were claimed.");
    expect(await prove(ofWww)).toBe("active");
    expect([await at(www), await at(apex)]).toEqual([200, 404]);
    expect(await prove(ofApex)).toBe("active");
    await ada.expect(204, `${domains}/${www}`, { method: "DELETE" });
    expect(await get(apex)).toMatchObject({ status: "active" });
  });

  it("PUT /publish/domains/{host} is 409 domain_taken for a domain of another project, verified or claimed just now", async () => {
    const [one, two] = [await withActiveDomain(), await withProject()];
    const pending = unique();
    await one.put(pending);
    for (const host of [one.host, pending]) {
      const problem = await two.ada.problem(409, `${two.domains}/${host}`, { method: "PUT" });
      expect(problem.code).toBe("domain_taken");
    }
    await two.ada.problem(404, `${two.domains}/${one.host}`);
  });

  it("PUT /publish/domains/{host} takes over a claim that was unverified for three days, and requires new proof", async () => {
    const [one, two] = [await withProject(), await withProject()];
    const host = unique();
    const before = await one.put(host);
    await database
      .update(domainTable)
      .set({ createdAt: new Date(Date.now() - 4 * 86_400_000) })
      .where(eq(domainTable.host, host));
    const after = await two.put(host);
    expect(after.status).toBe("pending");
    expect(after.records).not.toEqual(before.records);
    await one.ada.problem(404, `${one.domains}/${host}`);
  });

  it("PUT /publish/domains/{host} never takes over a verified domain", async () => {
    const [one, two] = [await withActiveDomain(), await withProject()];
    await database
      .update(domainTable)
      .set({ createdAt: new Date(Date.now() - 400 * 86_400_000) })
      .where(eq(domainTable.host, one.host));
    await two.ada.problem(409, `${two.domains}/${one.host}`, { method: "PUT" });
  });

  it("PUT /publish/domains/{host} treats a name in any case and script as the same domain", async () => {
    const { put, domains, ada } = await withProject();
    const id = crypto.randomUUID().slice(0, 8);
    const { host } = await put(encodeURIComponent(`Bücher-${id}.COM.`));
    expect(host).toMatch(/^xn--/);
    expect((await ada.expect<Page<CustomDomain>>(200, domains)).data.map((domain) => domain.host)).toEqual([host]);
  });

  it.each([
    ["an address", "192.0.2.1"],
    ["an address in another notation", "0x7f000001"],
    ["a public suffix", "co.uk"],
    ["a name without a dot", "localhost"],
    ["a private name", "shop.internal"],
    ["a wildcard", "*.example.com"],
    ["a port", "example.com:8443"],
    ["user info", "a@example.com"],
    ["a path", "example.com%2Fadmin"],
    ["the fallback origin", "custom.edgesmith-apps.example"],
    ["the previews' domain", "evil.localhost"],
  ])("PUT /publish/domains/{host} is 422 invalid_host for %s", async (_, host) => {
    const { ada, domains } = await withProject();
    expect((await ada.problem(422, `${domains}/${encodeURIComponent(host)}`, { method: "PUT" })).code).toBe(
      "invalid_host",
    );
  });

  it("PUT /publish/domains/{host} allows ten domains a project", async () => {
    const { ada, put, domains } = await withProject();
    for (let count = 0; count < 10; count += 1) await put(unique());
    expect((await ada.problem(409, `${domains}/${unique()}`, { method: "PUT" })).code).toBe("limit_reached");
  });

  it("PUT /publish/domains/{host} says that custom domains are not configured", () => {
    expect(() => customHostnamesOf({ ...config, customHostnames: null })).toThrow("domains_not_configured");
  });
});

describe("DELETE /publish/domains/{host}", () => {
  it("DELETE /publish/domains/{host} frees the domain, and the next account has to prove it", async () => {
    const [one, two] = [await withActiveDomain(), await withProject()];
    await one.ada.expect(204, `${one.domains}/${one.host}`, { method: "DELETE" });
    await one.ada.problem(404, `${one.domains}/${one.host}`);
    expect(await two.put(one.host)).toMatchObject({ status: "pending", certificate: "pending" });
  });

  it("DELETE of a project frees its domains at the provider too, and the next account has to prove them", async () => {
    const [one, two] = [await withActiveDomain(), await withProject()];
    await one.ada.expect(204, `/v1/projects/${one.id}`, { method: "DELETE" });
    await database
      .update(domainTable)
      .set({ dueAt: new Date(0) })
      .where(eq(domainTable.host, one.host));
    await sweepDomains({ config, database });
    expect(await database.select().from(domainTable).where(eq(domainTable.host, one.host))).toEqual([]);
    expect(await two.put(one.host)).toMatchObject({ status: "pending", certificate: "pending" });
  });

  it("DELETE /publish/domains/{host} of another account is 404", async () => {
    const [one, two] = [await withActiveDomain(), await withProject()];
    await two.ada.problem(404, `${two.domains}/${one.host}`, { method: "DELETE" });
    expect(await one.get(one.host)).toMatchObject({ status: "active" });
  });
});

describe("the sweep of domains", () => {
  it("The sweep of domains activates a domain whose owner does not return, and stops a domain that has moved away", async () => {
    const { put, ada, domains } = await withProject();
    const host = unique();
    const claimed = await put(host);
    await createRecords(claimed, "ownership");
    await createRecords(claimed, "certificate");
    const isDue = () =>
      database
        .update(domainTable)
        .set({ dueAt: new Date(0) })
        .where(eq(domainTable.host, host));
    const listed = async () => (await ada.expect<Page<CustomDomain>>(200, domains)).data.map(({ status }) => status);
    for (let round = 0; round < 2; round += 1) {
      await isDue();
      await sweepDomains({ config, database });
    }
    expect(await listed()).toEqual(["active"]);
    await post("/move", { hostname: host });
    await isDue();
    await sweepDomains({ config, database });
    expect(await listed()).toEqual(["failed"]);
  });
});

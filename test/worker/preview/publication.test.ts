import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { publishedName } from "../../../drizzle/schema/index.ts";
import type { Page, PublishedName, PublishedVersion, VisitReport } from "../../../worker/contract/index.ts";
import { sweepPublishedNames } from "../../../worker/preview/index.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newProject, type Project } from "../stage/client.ts";

const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

const unique = () => `bakery-${crypto.randomUUID().slice(0, 8)}`;
const put = (name: string) => ({ method: "PUT", body: { name } });
const textAt = async (url: string): Promise<string> => (await door.fetch(url, { redirect: "manual" })).text();

async function withProject(ada?: Account) {
  const account = ada ?? (await newAccount());
  const { id } = await newProject(account);
  return { ada: account, id, at: `/v1/projects/${id}`, named: `/v1/projects/${id}/publish/name` };
}

async function withApp() {
  const project = await withProject();
  const write = (heading: string) =>
    project.ada.expect(201, `${project.at}/batches`, {
      body: { operations: [{ op: "write", path: "index.html", content: `<!doctype html><h1>${heading}</h1>\n` }] },
    });
  await write("One");
  const publish = () =>
    project.ada.expect<{ url: string; revision: number }>(200, `${project.at}/publish`, { body: {} });
  return { ...project, write, publish };
}

/** Moves the release of a name so many days into the past. */
const released = (name: string, days: number) =>
  database
    .update(publishedName)
    .set({ releasedAt: new Date(Date.now() - days * 86_400_000) })
    .where(eq(publishedName.name, name));

describe("PUT /publish/name", () => {
  it("PUT /publish/name moves the public address to the name, which every publication keeps", async () => {
    const { ada, at, named, write, publish } = await withApp();
    const name = unique();
    const url = `http://${name}.localhost:8788`;
    const { url: before } = await publish();
    expect(await ada.expect<PublishedName>(200, named, put(name))).toEqual({ name, url });
    expect((await ada.expect<Project>(200, at)).published).toEqual({ url, revision: 1 });
    expect(await textAt(url)).toContain("One");
    expect(await textAt(before)).toContain("One");
    await write("Two");
    expect(await publish()).toEqual({ url, revision: 2 });
    expect(await textAt(url)).toContain("Two");
    expect(await ada.expect<PublishedName>(200, named)).toEqual({ name, url });
  });

  it("PUT /publish/name can come before the first publication", async () => {
    const { ada, named, publish } = await withApp();
    const { url } = await ada.expect<PublishedName>(200, named, put(unique()));
    expect(await publish()).toEqual({ url, revision: 1 });
  });

  it("PUT /publish/name is 409 name_taken for a name of another project, and of two simultaneous claims one wins", async () => {
    const [one, two] = [await withProject(), await withProject()];
    const name = unique();
    const statuses = await Promise.all(
      [one, two].map(async ({ ada, named }) => (await ada.request(named, put(name))).status),
    );
    expect(statuses.sort()).toEqual([200, 409]);
    const three = await withProject(one.ada);
    expect((await three.ada.problem(409, three.named, put(name))).code).toBe("name_taken");
    expect(await three.ada.expect(200, three.named)).toMatchObject({ name: null });
  });

  it("PUT /publish/name may be repeated", async () => {
    const { ada, named } = await withProject();
    const name = unique();
    await ada.expect(200, named, put(name));
    await ada.expect(200, named, put(name));
  });

  it.each([
    ["a name of the platform", "www", "reserved_name"],
    ["a label of projects", "app-01k9zs4t6m8q3w5x7y9", "reserved_name"],
    ["a label of previews", "prj-01k9zs4t6m8q3w5x7y9", "reserved_name"],
    ["an international name", "xn--bcher-kva", "reserved_name"],
    ["upper case", "Bakery", "invalid_name"],
    ["two characters", "ab", "invalid_name"],
    ["64 characters", "a".repeat(64), "invalid_name"],
    ["a dot", "my.bakery", "invalid_name"],
    ["a hyphen at the end", "bakery-", "invalid_name"],
  ])("PUT /publish/name is 422 for %s", async (_, name, code) => {
    const { ada, named } = await withProject();
    const problem = await ada.problem(422, named, put(name));
    expect(problem.errors).toMatchObject([{ pointer: "/name", code }]);
  });

  it("PUT /publish/name of another account's project is 404, and claims no name", async () => {
    const [mine, theirs] = [await withProject(), await withProject()];
    const name = unique();
    await mine.ada.problem(404, theirs.named, put(name));
    await mine.ada.expect(200, mine.named, put(name));
  });
});

describe("a released name", () => {
  it.each([
    ["its project has another one", ({ ada, named }: Released) => ada.expect(200, named, put(unique()))],
    ["it was deleted", ({ ada, named }: Released) => ada.expect(204, named, { method: "DELETE" })],
    ["its project was deleted", ({ ada, at }: Released) => ada.expect(204, at, { method: "DELETE" })],
  ])("a released name is reserved for its account when %s", async (_, release) => {
    const project = await withProject();
    const name = unique();
    await project.ada.expect(200, project.named, put(name));
    await release(project);
    const [other, own] = [await withProject(), await withProject(project.ada)];
    expect((await other.ada.problem(409, other.named, put(name))).code).toBe("name_taken");
    await own.ada.expect(200, own.named, put(name));
  });

  it("a released name is anybody's after 30 days, and no sooner", async () => {
    const [one, two] = [await withProject(), await withProject()];
    const name = unique();
    await one.ada.expect(200, one.named, put(name));
    await one.ada.expect(204, one.named, { method: "DELETE" });
    await released(name, 29);
    await two.ada.problem(409, two.named, put(name));
    await released(name, 31);
    await two.ada.expect(200, two.named, put(name));
  });

  it("a released name of a deleted project is forgotten 30 days after the sweep has seen it", async () => {
    const { ada, at, named } = await withProject();
    const name = unique();
    await ada.expect(200, named, put(name));
    await ada.expect(204, at, { method: "DELETE" });
    await sweepPublishedNames(database);
    await released(name, 31);
    await sweepPublishedNames(database);
    expect(await database.select().from(publishedName).where(eq(publishedName.name, name))).toEqual([]);
  });
});

type Released = { ada: Account; at: string; named: string };

describe("GET /publish/versions", () => {
  it("GET /publish/versions lists each publication, newest first, and which is live", async () => {
    const { ada, at, write, publish } = await withApp();
    await publish();
    await write("Two");
    await publish();
    const list = await ada.expect<Page<PublishedVersion>>(200, `${at}/publish/versions`);
    expect(list.data).toMatchObject([
      { number: 2, revision: 2, live: true },
      { number: 1, revision: 1, live: false },
    ]);
    const first = await ada.expect<Page<PublishedVersion>>(200, `${at}/publish/versions?limit=1`);
    const next = `${at}/publish/versions?limit=1&cursor=${first.pagination.nextCursor}`;
    expect((await ada.expect<Page<PublishedVersion>>(200, next)).data).toMatchObject([{ number: 1 }]);
  });

  it("GET /publish/versions shows no live version while the app is offline", async () => {
    const { ada, at, publish } = await withApp();
    await publish();
    await ada.expect(204, `${at}/publish`, { method: "DELETE" });
    const { data } = await ada.expect<Page<PublishedVersion>>(200, `${at}/publish/versions`);
    expect(data).toMatchObject([{ number: 1, live: false }]);
  });

  it("GET /publish/versions keeps the last ten", async () => {
    const { ada, at, publish } = await withApp();
    for (let count = 0; count < 12; count += 1) await publish();
    const { data } = await ada.expect<Page<PublishedVersion>>(200, `${at}/publish/versions`);
    expect(data.map(({ number }) => number)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });
});

describe("POST /publish/versions/{number}/restore", () => {
  it("POST /publish/versions/{number}/restore makes the version public again, and back", async () => {
    const { ada, at, write, publish } = await withApp();
    const { url } = await publish();
    await write("Two");
    await publish();
    const restore = (number: number) => ada.expect(200, `${at}/publish/versions/${number}/restore`, { body: {} });
    expect(await restore(1)).toEqual({ url, revision: 1 });
    expect(await textAt(url)).toContain("One");
    const { data } = await ada.expect<Page<PublishedVersion>>(200, `${at}/publish/versions`);
    expect(data.map(({ number, live }) => [number, live])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(await restore(2)).toEqual({ url, revision: 2 });
    expect(await textAt(url)).toContain("Two");
  });

  it("POST /publish/versions/{number}/restore puts an app that is offline back", async () => {
    const { ada, at, publish } = await withApp();
    const { url } = await publish();
    await ada.expect(204, `${at}/publish`, { method: "DELETE" });
    await ada.expect(200, `${at}/publish/versions/1/restore`, { body: {} });
    expect(await textAt(url)).toContain("One");
  });

  it.each(["9", "0", "-1", "one", "1e0"])("POST /publish/versions/%s/restore is 404", async (number) => {
    const { ada, at, publish } = await withApp();
    await publish();
    await ada.problem(404, `${at}/publish/versions/${number}/restore`, { body: {} });
  });
});

describe("GET /publish/visits", () => {
  it("GET /publish/visits reports the visits of a published app by day", async () => {
    const { ada, at, publish } = await withApp();
    const { url } = await publish();
    await textAt(url);
    const day = new Date().toISOString().slice(0, 10);
    const report = await ada.expect<VisitReport>(200, `${at}/publish/visits?to=${day}`);
    expect(report.to).toBe(day);
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(29 * 86_400_000);
    expect(report.data).toMatchObject([{ day, visits: 0, requests: 1, errors: 0 }]);
    expect(report.total).toEqual({ visits: 0, requests: 1, errors: 0 });
  });

  it("GET /publish/visits is empty before the first publication, 422 for a wrong period and 404 for others", async () => {
    const { ada, at } = await withProject();
    expect(await ada.expect<VisitReport>(200, `${at}/publish/visits`)).toMatchObject({
      data: [],
      total: { visits: 0 },
    });
    for (const query of ["from=2026-02-01&to=2026-01-01", "from=2025-01-01&to=2026-06-01", "from=yesterday", "day=1"])
      await ada.problem(422, `${at}/publish/visits?${query}`);
    const eve = await newAccount();
    await eve.problem(404, `${at}/publish/visits`);
  });
});

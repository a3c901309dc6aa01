import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { accountStorage, blob, project, unownedSpace, user } from "../../../drizzle/schema/index.ts";
import { plans } from "../../../worker/billing/index.ts";
import type { Me, Project } from "../../../worker/contract/index.ts";
import { sweepContents } from "../../../worker/projects/sweep-contents.ts";
import { database } from "../database/direct.ts";
import { aProject, begin, script, until } from "../runs/start.ts";
import { type Account, newAccount, newProject } from "../stage/client.ts";

const { storedBytes, projects: maxProjects } = plans.free;

const idOf = async (ada: Account): Promise<string> => (await ada.expect<Me>(200, "/v1/me")).id;
const storageOf = async (ada: Account) => {
  const { projects, storedBytes: bytes } = (await ada.expect<Me>(200, "/v1/me")).usage;
  return { projects, bytes };
};

/** Sets an account's stored totals, as after that many projects or bytes of history. */
const pretend = async (ada: Account, stored: { projects?: number; bytes?: number }) =>
  database
    .update(accountStorage)
    .set(stored)
    .where(eq(accountStorage.ownerId, await idOf(ada)));

const write = (content: string) => ({ body: { operations: [{ op: "write", path: "a.txt", content }] } });

describe("an account's storage", () => {
  it("an account's storage grows with a file's history, and is zero when all projects are deleted", async () => {
    const { ada, projectId } = await aProject();
    const at = `/v1/projects/${projectId}`;
    const content = (digit: number) => String(digit).repeat(10_000);
    for (const digit of [1, 2, 3]) await ada.expect(201, `${at}/batches`, write(content(digit)));
    const grown = await storageOf(ada);
    expect(grown.bytes).toBeGreaterThanOrEqual(30_000);
    expect(grown.bytes).toBeLessThan(40_000);
    // Contents that exist already are not counted again; revisions are.
    await ada.expect(201, `${at}/revisions/1/restore`, { method: "POST" });
    const fork = await ada.expect<Project>(201, `${at}/fork`, { body: {} });
    const more = await storageOf(ada);
    expect(more.projects).toBe(2);
    expect(more.bytes - grown.bytes).toBeGreaterThan(0);
    expect(more.bytes - grown.bytes).toBeLessThan(5_000);
    await ada.expect(204, at, { method: "DELETE" });
    expect((await storageOf(ada)).bytes).toBeGreaterThanOrEqual(10_000);
    await ada.expect(204, `/v1/projects/${fork.id}`, { method: "DELETE" });
    expect(await storageOf(ada)).toEqual({ projects: 0, bytes: 0 });
  });

  it("an account's storage counts the conversations of runs, and imported contents", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, script({ text: "word ".repeat(2_000) }));
    await until(ada, run.id, "completed");
    const said = (await storageOf(ada)).bytes;
    expect(said).toBeGreaterThan(0);
    const at = `/v1/projects/${projectId}`;
    await ada.expect(201, `${at}/batches`, write("x".repeat(20_000)));
    const archive = new Uint8Array(await (await ada.request(`${at}/archive.zip`)).arrayBuffer());
    const before = (await storageOf(ada)).bytes;
    const headers = { "Content-Type": "application/zip" };
    await ada.expect(201, "/v1/projects/import?name=Again", { body: archive, headers });
    expect((await storageOf(ada)).bytes - before).toBeGreaterThanOrEqual(20_000);
  });

  it("Full storage refuses batches, restores, forks, imports and runs with 413, and nothing of them is stored", async () => {
    const { ada, projectId } = await aProject();
    const at = `/v1/projects/${projectId}`;
    await ada.expect(201, `${at}/batches`, write("one"));
    const archive = new Uint8Array(await (await ada.request(`${at}/archive.zip`)).arrayBuffer());
    await pretend(ada, { bytes: storedBytes + 1 });
    const zip = { body: archive, headers: { "Content-Type": "application/zip" } };
    const refused = [
      await ada.problem(413, `${at}/batches`, write("two")),
      await ada.problem(413, `${at}/revisions/1/restore`, { method: "POST" }),
      await ada.problem(413, `${at}/fork`, { body: {} }),
      await ada.problem(413, "/v1/projects/import?name=No", zip),
      await ada.problem(413, `${at}/runs`, { body: { prompt: script({ text: "No." }), agent: "fullstack" } }),
    ];
    expect(refused.map(({ code, limit }) => ({ code, limit }))).toEqual(
      refused.map(() => ({ code: "storage_exceeded", limit: storedBytes })),
    );
    expect(await ada.expect<Project>(200, at)).toMatchObject({ head: 1 });
    expect(await storageOf(ada)).toEqual({ projects: 1, bytes: storedBytes + 1 });
  });

  it("Concurrent requests create exactly as many projects as the plan allows", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    await pretend(ada, { projects: maxProjects - 2 });
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => ada.request("/v1/projects", { body: { name: "More" } })),
      ...Array.from({ length: 4 }, () => ada.request(`/v1/projects/${id}/fork`, { body: {} })),
    ]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const answer of refused) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: "limit_reached", limit: maxProjects });
    }
    expect((await storageOf(ada)).projects).toBe(maxProjects);
    await ada.expect(204, `/v1/projects/${id}`, { method: "DELETE" });
    await newProject(ada);
  });

  it("an account's storage is deleted with it, and the sweep deletes the contents", async () => {
    const { ada, projectId } = await aProject();
    await ada.expect(201, `/v1/projects/${projectId}/batches`, write("kept until then"));
    const ownerId = await idOf(ada);
    await database.delete(user).where(eq(user.id, ownerId));
    expect(await database.select().from(project).where(eq(project.id, projectId))).toEqual([]);
    await sweepContents(database);
    expect(await database.select().from(blob).where(eq(blob.space, projectId))).toEqual([]);
    expect(await database.select().from(unownedSpace).where(eq(unownedSpace.space, projectId))).toEqual([]);
    expect(await database.select().from(accountStorage).where(eq(accountStorage.ownerId, ownerId))).toEqual([]);
  });
});

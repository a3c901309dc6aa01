import { describe, expect, it } from "vitest";
import type { FileContent, FileEntry, Project, Revision } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, newProject, type Page } from "../stage/client.ts";

type Tree = { revision: number; data: FileEntry[] };

async function aProject(): Promise<{ ada: Caller; at: string }> {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada, "Original")).id}`;
  for (const content of ["one", "two"]) {
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "write", path: "a.txt", content }] } });
  }
  return { ada, at };
}

const contentOf = async (caller: Caller, at: string): Promise<string> =>
  (await caller.expect<FileContent>(200, `${at}/files/a.txt`)).content;

describe("a fork", () => {
  it("A fork starts with the files of the original's head as its first revision", async () => {
    const { ada, at } = await aProject();
    const answer = await ada.request(`${at}/fork`, { body: { name: "Mine" } });
    expect(answer.status).toBe(201);
    const fork = await answer.json<Project>();
    expect(fork).toMatchObject({ name: "Mine", head: 1 });
    expect(answer.headers.get("location")).toBe(`/v1/projects/${fork.id}`);
    expect(answer.headers.get("etag")).toBeTruthy();
    expect(await contentOf(ada, `/v1/projects/${fork.id}`)).toBe("two");
    const { data } = await ada.expect<Page<Revision>>(200, `/v1/projects/${fork.id}/revisions`);
    expect(data.map(({ message, stats }) => ({ message, created: stats.created }))).toEqual([
      { message: "Fork of Original at revision 2", created: 1 },
    ]);
  });

  it("A fork without a name gets the original's, with or without a body", async () => {
    const { ada, at } = await aProject();
    expect((await ada.expect<Project>(201, `${at}/fork`, { body: {} })).name).toBe("Original");
    expect((await ada.expect<Project>(201, `${at}/fork`, { method: "POST" })).name).toBe("Original");
  });

  it("A fork and its original change independently, and each survives the deletion of the other", async () => {
    const { ada, at } = await aProject();
    const { id } = await ada.expect<Project>(201, `${at}/fork`, { body: {} });
    const fork = `/v1/projects/${id}`;
    await ada.expect(201, `${fork}/batches`, {
      body: { operations: [{ op: "write", path: "a.txt", content: "fork" }] },
    });
    expect(await contentOf(ada, at)).toBe("two");
    await ada.expect(204, at, { method: "DELETE" });
    expect(await contentOf(ada, fork)).toBe("fork");
    await ada.expect(201, `${fork}/revisions/1/restore`, { method: "POST" });
    expect(await contentOf(ada, fork)).toBe("two");
    const { data } = await ada.expect<Tree>(200, `${fork}/files`);
    await ada.expect(200, `${fork}/blobs/${data[0]?.sha256}`);
  });

  it("The original cannot read contents that its fork adds later", async () => {
    const { ada, at } = await aProject();
    const { id } = await ada.expect<Project>(201, `${at}/fork`, { body: {} });
    await ada.expect(201, `/v1/projects/${id}/batches`, {
      body: { operations: [{ op: "write", path: "secret", content: "only the fork's" }] },
    });
    const { data } = await ada.expect<Tree>(200, `/v1/projects/${id}/files`);
    const hash = data.find(({ path }) => path === "secret")?.sha256;
    await ada.expect(200, `/v1/projects/${id}/blobs/${hash}`);
    await ada.problem(404, `${at}/blobs/${hash}`);
  });

  it("A fork of an empty project is empty", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    expect(await ada.expect<Project>(201, `/v1/projects/${id}/fork`, { body: {} })).toMatchObject({ head: 0 });
  });

  it("POST /fork with a repeated Idempotency-Key creates one fork", async () => {
    const { ada, at } = await aProject();
    const fork = () =>
      ada.expect<Project>(201, `${at}/fork`, { body: {}, headers: { "Idempotency-Key": "fork-once" } });
    expect((await fork()).id).toBe((await fork()).id);
  });

  it("POST /fork is refused for a missing project and for an invalid body", async () => {
    const { ada, at } = await aProject();
    await ada.problem(404, "/v1/projects/prj_00000000000000000000000000/fork", { body: {} });
    for (const body of [{ name: "" }, { name: 7 }, { name: "x".repeat(101) }, { title: "no" }, []]) {
      expect((await ada.problem(422, `${at}/fork`, { body })).code).toBe("invalid_request");
    }
    await ada.problem(400, `${at}/fork`, { body: "{" });
    await ada.problem(415, `${at}/fork`, { body: "name=x", headers: { "Content-Type": "text/plain" } });
  });
});

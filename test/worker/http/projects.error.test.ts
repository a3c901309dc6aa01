import { describe, expect, it } from "vitest";
import { newAccount, newProject, type Page, type Project } from "../stage/client.ts";

const absent = "/v1/projects/prj_00000000000000000000000000";

describe("a project's input", () => {
  it.each([
    [{}, "/name"],
    [{ name: "" }, "/name"],
    [{ name: "   " }, "/name"],
    [{ name: 7 }, "/name"],
    [{ name: "x".repeat(101) }, "/name"],
    [{ name: "ok", description: "x".repeat(2_001) }, "/description"],
    [{ name: "ok", template: "rails" }, "/template"],
    [{ name: "ok", nmae: "typo" }, "/nmae"],
    [{ name: "a\0b" }, "/name"],
    [{ name: "a\ud800b" }, "/name"],
    [{ name: "ok", description: "a\0b" }, "/description"],
    [[], ""],
    ["text", ""],
    [null, ""],
  ])("%j is refused with its pointer, and nothing is stored", async (body, pointer) => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: JSON.stringify(body) });
    expect(problem.code).toBe("invalid_request");
    expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
    expect((await ada.expect<Page<Project>>(200, "/v1/projects")).data).toEqual([]);
  });

  it("is told every fault at once", async () => {
    const ada = await newAccount();
    const problem = await ada.problem(422, "/v1/projects", { body: { name: "", description: 1, more: 1 } });
    expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/description", "/more", "/name"]);
  });
});

describe("a project that is absent or another's", () => {
  it("is the same 404 to read, change, delete, and below it", async () => {
    const [ada, eve] = [await newAccount(), await newAccount()];
    const { id } = await newProject(ada);
    const tries: [string, string, unknown?][] = [
      ["GET", ""],
      ["PATCH", "", { name: "Mine" }],
      ["DELETE", ""],
      ["GET", "/files"],
      ["GET", "/files/a.txt"],
      ["GET", "/revisions"],
      ["GET", "/revisions/0"],
      ["GET", "/messages"],
      ["GET", "/runs"],
      ["GET", "/preview/logs"],
      ["GET", `/blobs/${"0".repeat(64)}`],
      ["POST", "/revisions/0/restore"],
      ["POST", "/preview", {}],
      ["DELETE", "/preview/data"],
    ];
    for (const [method, below, body] of tries) {
      const init = { method, ...(body !== undefined && { body }) };
      const theirs = await eve.problem(404, `/v1/projects/${id}${below}`, init);
      const none = await eve.problem(404, `${absent}${below}`, init);
      expect({ ...theirs, requestId: "", instance: "" }).toEqual({ ...none, requestId: "", instance: "" });
    }
    expect(await ada.expect(200, `/v1/projects/${id}`)).toMatchObject({ name: "Test", head: 0 });
  });
});

describe("the ETag of a project", () => {
  it("answers 304 while nothing has changed", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}`;
    const etag = (await ada.request(path)).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await ada.request(path, { headers: { "If-None-Match": known } });
      expect(answer.status).toBe(304);
      expect(answer.headers.get("etag")).toBe(etag);
      expect(await answer.text()).toBe("");
    }
    await ada.expect(200, path, { method: "PATCH", body: { name: "New" } });
    const changed = await ada.request(path, { headers: { "If-None-Match": etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  it("guards a change and a delete: 412 where it no longer holds", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const path = `/v1/projects/${id}`;
    const etag = (await ada.request(path)).headers.get("etag") ?? "";
    const change = (name: string, match: string) => ({
      method: "PATCH",
      body: { name },
      headers: { "If-Match": match },
    });
    await ada.expect(200, path, change("First", etag));
    expect((await ada.problem(412, path, change("Second", etag))).code).toBe("precondition_failed");
    await ada.problem(412, path, { method: "DELETE", headers: { "If-Match": etag } });
    expect(await ada.expect(200, path)).toMatchObject({ name: "First" });
    const now = (await ada.request(path)).headers.get("etag") ?? "";
    await ada.expect(200, path, change("Third", now));
    await ada.expect(200, path, change("Fourth", "*"));
    await ada.problem(404, absent, change("None", etag));
    const last = (await ada.request(path)).headers.get("etag") ?? "";
    await ada.expect(204, path, { method: "DELETE", headers: { "If-Match": last } });
  });
});

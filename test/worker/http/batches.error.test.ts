import { describe, expect, it } from "vitest";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { onPlan } from "../database/direct.ts";
import { type Caller, newAccount, newProject, type Problem, type Project } from "../stage/client.ts";

const create = (path: string, content = "x") => ({ op: "create", path, content });

/** Creates a project with src/a.txt and b.txt; `refused` checks that a refused batch leaves exactly this state. */
async function aProject(): Promise<{
  ada: Caller;
  at: string;
  refused: (status: number, body: unknown) => Promise<Problem>;
}> {
  const ada = await newAccount();
  const at = `/v1/projects/${(await newProject(ada)).id}`;
  await ada.expect(201, `${at}/batches`, { body: { operations: [create("src/a.txt", "a"), create("b.txt", "b")] } });
  const state = async () => [
    await ada.expect<Project>(200, at),
    await ada.expect(200, `${at}/files`),
    await ada.expect(200, `${at}/revisions`),
  ];
  const before = await state();
  const refused = async (status: number, body: unknown) => {
    const problem = await ada.problem(status, `${at}/batches`, { body });
    expect(await state()).toEqual(before);
    return problem;
  };
  return { ada, at, refused };
}

describe("a refused batch", () => {
  it.each([
    ["file_exists", [create("new.txt"), create("b.txt")], { path: "b.txt" }],
    ["file_exists", [create("new.txt"), { op: "move", path: "b.txt", to: "src/a.txt" }], { path: "src/a.txt" }],
    ["file_missing", [create("new.txt"), { op: "update", path: "none.txt", content: "" }], { path: "none.txt" }],
    ["file_missing", [create("new.txt"), { op: "delete", path: "none.txt" }], { path: "none.txt" }],
    ["file_missing", [create("new.txt"), { op: "move", path: "none.txt", to: "z.txt" }], { path: "none.txt" }],
    ["path_conflict", [create("new.txt"), create("b.txt/c.txt")], { path: "b.txt/c.txt", other: "b.txt" }],
    ["path_conflict", [create("new.txt"), create("src")], { path: "src", other: "src/a.txt" }],
    ["path_conflict", [create("new.txt"), create("B.txt")], { path: "B.txt", other: "b.txt" }],
    ["path_conflict", [create("one"), create("one/two")], null],
    ["path_conflict", [create("Straße/É.txt"), create("straße/é.txt")], null],
    ["path_conflict", [create("οδος"), create("οδοσ")], null],
    ["path_conflict", [create("STRASSE.md"), create("straße.md")], null],
    ["path_conflict", [create("straße"), create("STRASSE/a")], null],
    ["path_conflict", [create("mess"), create("meſs")], null],
  ])("POST /batches returns 409 %s for %j and changes nothing", async (code, operations, members) => {
    const { refused } = await aProject();
    const problem = await refused(409, { operations });
    expect(problem).toMatchObject({ code, ...members });
  });

  it.each([
    ["..", "../x"],
    [".. in the middle", "a/../x"],
    [".", "./x"],
    ["a leading /", "/x"],
    ["an empty segment", "a//x"],
    ["nothing", ""],
    ["a trailing /", "a/"],
    ["a backslash", "a\\x"],
    [".git", ".git/config"],
    [".GIT in a folder", "a/.GIT/hooks/x"],
    ["a NUL", "a\0b"],
    ["a line break", "a\nb"],
    ["a right-to-left override", "a\u202egnp.exe"],
    ["a zero-width space", "a\u200bb"],
    ["a lone surrogate", "a\ud800"],
    ["another normal form", "e\u0301.txt"],
    ["a device of Windows", "con.txt"],
    ["a percent-encoded dot", "%2e%2e/x"],
    ["a percent-encoded separator", "a%2Fb"],
    ["256 characters", "x".repeat(256)],
  ])("POST /batches returns 422 invalid_path for %s", async (_, path) => {
    const { refused } = await aProject();
    const problem = await refused(422, { operations: [create("new.txt"), create(path)] });
    expect(problem).toMatchObject({ code: "invalid_path", errors: [{ pointer: "/operations/1/path" }] });
    const moved = await refused(422, { operations: [{ op: "move", path: "b.txt", to: path }] });
    expect(moved).toMatchObject({ code: "invalid_path", errors: [{ pointer: "/operations/0/to" }] });
  });

  it.each([
    ["NUL in text", { content: "a\0b" }],
    ["a lone surrogate", { content: "a\ud800b" }],
    ["broken base64", { content: "AAE", encoding: "base64" }],
    ["base64 with a line break", { content: "AAEC\nAAEC", encoding: "base64" }],
  ])("POST /batches returns 422 invalid_content for %s", async (_, content) => {
    const { refused } = await aProject();
    const problem = await refused(422, { operations: [create("new.txt"), { op: "create", path: "bad", ...content }] });
    expect(problem).toMatchObject({ code: "invalid_content", errors: [{ pointer: "/operations/1/content" }] });
  });

  it("POST /batches returns 413 file_too_large by bytes, not by characters", async () => {
    const { ada, at, refused } = await aProject();
    const content = "é".repeat(25_600);
    await ada.expect(201, `${at}/batches`, { body: { operations: [create("fits.txt", content)] } });
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "delete", path: "fits.txt" }] } });
    const again = await aProject();
    const problem = await again.refused(413, { operations: [create("new.txt"), create("big.txt", `${content}x`)] });
    expect(problem).toMatchObject({ code: "file_too_large", path: "big.txt", bytes: 51_201, limit: 51_200 });
    expect(problem.detail).toBe("“big.txt” is 51,201 bytes. Your plan allows files up to 51,200 bytes.");
    expect(refused).toBeTypeOf("function");
  });

  it("POST /batches measures a base64 file by its decoded bytes", async () => {
    const { refused, ada, at } = await aProject();
    const over = { op: "create", path: "big.bin", content: "AAAA".repeat(17_067), encoding: "base64" };
    const problem = await refused(413, { operations: [over] });
    expect(problem).toMatchObject({ code: "file_too_large", bytes: 51_201 });
    const fits = { ...over, content: "AAAA".repeat(17_066) };
    await ada.expect(201, `${at}/batches`, { body: { operations: [fits] } });
  });

  it("POST /batches returns 422 for a repeated path, also as the target of a move", async () => {
    const { refused } = await aProject();
    for (const operations of [
      [create("new.txt"), { op: "write", path: "new.txt", content: "y" }],
      [
        { op: "delete", path: "b.txt" },
        { op: "move", path: "src/a.txt", to: "b.txt" },
      ],
    ]) {
      const problem = await refused(422, { operations });
      expect(problem.errors).toMatchObject([{ code: "duplicate_path" }]);
    }
  });

  it.each([
    [{ operations: [] }, "/operations"],
    [{}, "/operations"],
    [{ operations: [{ op: "copy", path: "a" }] }, "/operations/0/op"],
    [{ operations: [create("a")], mesage: "typo" }, "/mesage"],
    [{ operations: [{ op: "create", path: "a" }] }, "/operations/0/content"],
    [{ operations: [{ op: "delete", path: "a", content: "" }] }, "/operations/0/content"],
    [{ operations: [create("a")], message: "a\0b" }, "/message"],
    [{ operations: [create("a")], message: "a\ud800b" }, "/message"],
    [{ operations: [create("a")], expectedRevision: -1 }, "/expectedRevision"],
    [{ operations: [create("a")], expectedRevision: "1" }, "/expectedRevision"],
    [{ operations: [create("a")], onConflict: "force" }, "/onConflict"],
    [{ operations: [{ op: "write", path: "a", content: "", expectedSha256: "abc" }] }, "/operations/0/expectedSha256"],
    [{ operations: [{ op: "write", path: "a", content: "", encoding: "latin1" }] }, "/operations/0/encoding"],
  ])("POST /batches returns 422 with a pointer for %j", async (body, pointer) => {
    const { refused } = await aProject();
    const problem = await refused(422, body);
    expect(problem.code).toBe("invalid_request");
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it("POST /batches returns 422 with a pointer for a revision that does not exist yet", async () => {
    const { refused } = await aProject();
    const problem = await refused(422, { operations: [create("new.txt")], expectedRevision: 2 });
    expect(problem).toMatchObject({ code: "invalid_request", errors: [{ pointer: "/expectedRevision" }] });
  });

  it("POST /batches returns 413 for a body over the limit", async () => {
    const { refused } = await aProject();
    const problem = await refused(413, { operations: [create("big", "x".repeat(9 * 1024 * 1024))] });
    expect(problem).toMatchObject({ code: "payload_too_large", limit: 9 * 1024 * 1024 });
  });
});

describe("a project's size", () => {
  it("POST /batches returns 413 for one file more than the owner's plan allows, and stores nothing", async () => {
    const ada = await newAccount();
    const at = `/v1/projects/${(await newProject(ada)).id}`;
    const operations = Array.from({ length: 1_000 }, (_, n) => create(`f/${n}`, ""));
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const problem = await ada.problem(413, `${at}/batches`, { body: { operations: [create("one-more")] } });
    expect(problem).toMatchObject({ code: "project_too_large", files: 1_001 });
    expect(await ada.expect(200, at)).toMatchObject({ head: 1 });
    const swap = [{ op: "delete", path: "f/0" }, create("one-more")];
    await ada.expect(201, `${at}/batches`, { body: { operations: swap } });
  });
});

describe("a project of another account", () => {
  it("POST /batches returns the same 404 for another account's project as for a missing one", async () => {
    const { ada, at } = await aProject();
    const eve = await newAccount();
    const body = { operations: [create("evil.txt")] };
    const theirs = await eve.problem(404, `${at}/batches`, { body });
    const none = await eve.problem(404, "/v1/projects/prj_00000000000000000000000000/batches", { body });
    expect({ ...theirs, requestId: "", instance: "" }).toEqual({ ...none, requestId: "", instance: "" });
    const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
    expect(data.map(({ path }) => path)).not.toContain("evil.txt");
  });
});

describe("a larger plan", () => {
  it("An account on a larger plan can store a larger file", async () => {
    const account = await newAccount();
    const pro = await onPlan(account, "pro");
    const at = `/v1/projects/${(await newProject(pro)).id}`;
    await pro.expect(201, `${at}/batches`, { body: { operations: [create("a", "x".repeat(102_400))] } });
    const problem = await pro.problem(413, `${at}/batches`, {
      body: { operations: [create("b", "x".repeat(102_401))] },
    });
    expect(problem).toMatchObject({ limit: 102_400 });
  });
});

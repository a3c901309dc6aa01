import { describe, expect, it } from "vitest";
import type { BatchResult, FileContent, FileEntry, Revision } from "../../../worker/contract/index.ts";
import { type Caller, newAccount, type Page, runToEnd } from "../stage/client.ts";
import { aProject, begin, script, until } from "./start.ts";

const write = (...files: { path: string; content: string }[]) => ({ name: "write_files", input: { files } });

async function contentOf(ada: Caller, at: string, path: string): Promise<string> {
  return (await ada.expect<FileContent>(200, `${at}/files/${path}`)).content;
}

async function batch(ada: Caller, at: string, ...operations: unknown[]): Promise<void> {
  await ada.expect(201, `${at}/batches`, { body: { operations } });
}

/** A project with a file, and a run of two batches that changes it, adds one and removes one. */
async function aRun() {
  const { ada, projectId } = await aProject();
  const at = `/v1/projects/${projectId}`;
  const lines = "one\ntwo\nthree\nfour\nfive\n";
  await batch(
    ada,
    at,
    { op: "write", path: "a.txt", content: lines },
    { op: "write", path: "old.txt", content: "old" },
  );
  const prompt = script(
    { tools: [write({ path: "a.txt", content: lines.replace("two", "TWO") }, { path: "new.txt", content: "new" })] },
    { tools: [{ name: "delete_files", input: { paths: ["old.txt"] } }] },
    { text: "Done." },
  );
  const { run } = await runToEnd(ada, projectId, { prompt, agent: "fullstack" });
  return { ada, at, projectId, run, lines };
}

describe("undoing a run", () => {
  it("POST /undo gives every path that the run changed its content from before, as one revision by the person", async () => {
    const { ada, at, run, lines } = await aRun();
    const undone = await ada.expect<BatchResult>(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(undone.changes.map(({ path, action }) => [path, action])).toEqual([
      ["a.txt", "updated"],
      ["new.txt", "deleted"],
      ["old.txt", "created"],
    ]);
    expect(await contentOf(ada, at, "a.txt")).toBe(lines);
    expect(await contentOf(ada, at, "old.txt")).toBe("old");
    const [newest] = (await ada.expect<Page<Revision>>(200, `${at}/revisions`)).data;
    expect(newest).toMatchObject({ number: 4, runId: null, author: { kind: "user" } });
    expect(newest?.message).toMatch(/^Undo: /);
    // The undo is a revision like any other, and can be undone by restoring the one before.
    await ada.expect(201, `${at}/revisions/3/restore`, { method: "POST" });
    expect(await contentOf(ada, at, "new.txt")).toBe("new");
  });

  it("POST /undo keeps later changes, also in a file that the run changed", async () => {
    const { ada, at, run, lines } = await aRun();
    const since = lines.replace("two", "TWO").replace("five", "FIVE");
    await batch(
      ada,
      at,
      { op: "write", path: "a.txt", content: since },
      { op: "write", path: "mine.txt", content: "m" },
    );
    await ada.expect(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(await contentOf(ada, at, "a.txt")).toBe(lines.replace("five", "FIVE"));
    const { data } = await ada.expect<{ data: FileEntry[] }>(200, `${at}/files`);
    expect(data.map(({ path }) => path)).toEqual(["a.txt", "mine.txt", "old.txt"]);
  });

  it("POST /undo changes nothing and names the paths when the same lines were changed since", async () => {
    const { ada, at, run, lines } = await aRun();
    await batch(ada, at, { op: "write", path: "a.txt", content: lines.replace("two", "mine") });
    const problem = await ada.problem(409, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(problem).toMatchObject({ code: "revision_conflict", conflicts: [{ path: "a.txt" }] });
    expect(await contentOf(ada, at, "new.txt")).toBe("new");
  });

  it("POST /undo is refused while the run goes on, and once it is undone already", async () => {
    const { ada, projectId, run } = await aRun();
    await ada.expect(201, `/v1/runs/${run.id}/undo`, { method: "POST" });
    expect(await ada.problem(409, `/v1/runs/${run.id}/undo`, { method: "POST" })).toMatchObject({ code: "conflict" });
    const waiting = await begin(
      ada,
      projectId,
      script({ tools: [{ name: "ask_user", input: { question: "Which?" } }] }),
    );
    await until(ada, waiting.id, "waiting");
    expect(await ada.problem(409, `/v1/runs/${waiting.id}/undo`, { method: "POST" })).toMatchObject({
      code: "conflict",
    });
  });

  it("POST /undo of another account's run is a 404, as if there were none", async () => {
    const { run } = await aRun();
    const eve = await newAccount();
    await eve.problem(404, `/v1/runs/${run.id}/undo`, { method: "POST" });
  });
});

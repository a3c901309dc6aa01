import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { PageRequest } from "./page-request.ts";

vi.stubGlobal("addEventListener", () => {});
vi.stubGlobal("Request", PageRequest);
const asked: { path: string; body: unknown }[] = [];
let runStatus = 429;

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

vi.stubGlobal("fetch", async (url: string, { body }: { body?: string } = {}) => {
  const path = new URL(url).pathname;
  asked.push({ path, body: JSON.parse(body ?? "null") });
  if (path.endsWith("/batches")) return json(201, { revision: asked.length, changes: [] });
  return runStatus === 202 ? json(202, { id: "run_1" }) : json(runStatus, { code: "rate_limited", detail: "Later." });
});

const { startPrompt } = await import("../../frontend/src/chat/start-prompt.ts");

const notes = { id: "1", name: "notes.txt", bytes: 3, kind: "text" as const, text: "abc" };
const start = () => startPrompt("prj_1", { prompt: "Read it", attachments: [notes] });

beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe("a prompt with a text", () => {
  it("startPrompt stores the text before the run starts, since the run may read it at once", async () => {
    runStatus = 202;
    await start();
    expect(asked.map(({ path }) => path)).toEqual(["/v1/projects/prj_1/batches", "/v1/projects/prj_1/runs"]);
  });

  it("startPrompt removes the text of a refused prompt from the project, and says why it was refused", async () => {
    runStatus = 429;
    await expect(start()).rejects.toMatchObject({ status: 429 });
    const path = expect.stringMatching(/^attachments\/.*notes\.txt$/);
    expect(asked.map(({ body }) => body)).toEqual([
      { message: "Attach a file", operations: [{ op: "create", path, content: "abc" }] },
      expect.objectContaining({ prompt: expect.stringContaining("notes.txt") }),
      { message: "Take the attached file back", operations: [{ op: "delete", path }] },
    ]);
  });

  it("startPrompt keeps the text where the server gave no answer, since the run may have started", async () => {
    runStatus = 503;
    await expect(start()).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(2);
  });
});

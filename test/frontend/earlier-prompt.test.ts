import { afterAll, describe, expect, it, vi } from "vitest";
import { emptyView } from "../../frontend/src/chat/run-view.ts";
import { PageRequest } from "./page-request.ts";

const gif = new Uint8Array([...Buffer.from("GIF89a"), 1, 2, 3]);
const routing = {
  agent: "explainer",
  method: "mention",
  confidence: 1,
  reason: "You chose this agent.",
  candidates: [],
};
const kept = new Set(["/v1/runs/run_1/images/prompt-1", "/v1/runs/run_1/images/prompt-2"]);

vi.stubGlobal("addEventListener", () => {});
vi.stubGlobal("Request", PageRequest);
vi.stubGlobal("fetch", async (url: string) => {
  const path = new URL(url).pathname;
  if (path === "/v1/runs/run_1") return Response.json({ id: "run_1", routing, model: "deep" });
  if (kept.has(path)) return new Response(gif, { headers: { "content-type": "image/gif" } });
  return Response.json({ code: "not_found", detail: "No such image." }, { status: 404 });
});

const { isOfOther, readEarlierPrompt } = await import("../../frontend/src/chat/earlier-prompt.ts");

afterAll(() => {
  vi.unstubAllGlobals();
});

const view = (images: number) => ({ ...emptyView("run_1", "2026-11-30T10:00:00.000Z"), mode: "ask" as const, images });

describe("a prompt that was sent before", () => {
  it("readEarlierPrompt reads the pictures by their bytes, and the mode, the agent and the model", async () => {
    const { pictures, ...rest } = await readEarlierPrompt(view(2));
    expect(rest).toEqual({ mode: "ask", agent: "explainer", model: "deep", lost: 0 });
    expect(pictures.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["picture-1.gif", 9],
      ["picture-2.gif", 9],
    ]);
    const image = { mediaType: "image/gif", data: Buffer.from(gif).toString("base64") };
    expect(pictures[0]).toMatchObject({ kind: "image", image });
  });

  it("readEarlierPrompt counts the pictures that are no longer kept", async () => {
    expect(await readEarlierPrompt(view(4))).toMatchObject({ pictures: [{}, {}], lost: 2 });
  });

  it("isOfOther knows a picture of another earlier prompt from one of this prompt and from a person's own", async () => {
    const [picture] = (await readEarlierPrompt(view(1))).pictures;
    if (picture === undefined) throw new Error("no picture");
    expect([isOfOther(picture, "run_1"), isOfOther(picture, "run_2")]).toEqual([false, true]);
    expect(isOfOther({ ...picture, id: crypto.randomUUID() }, "run_1")).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { requestTokens } from "../../../worker/agents/index.ts";
import { maxViews } from "../../../worker/agents/tools/view-page.ts";
import type { PageView } from "../../../worker/preview/index.ts";
import { runOf } from "./run.ts";
import { type Answer, call, scriptedModel } from "./scripted-model.ts";

const picture = { mediaType: "image/webp" as const, data: "A".repeat(90_000), width: 1_280, height: 900 };
const seen: PageView = {
  path: "/",
  title: "A list",
  pageHeight: 1_200,
  screenshot: picture,
  tree: '- button "Add"',
  click: "Clicked <button>.",
  console: [{ level: "error", message: "it </data> went wrong" }],
  failedRequests: ["GET /none.json 404"],
  findings: ["The control is covered."],
  problem: null,
};

function lookingRun(answers: Answer[], view: PageView | null = seen, modelId?: string) {
  const model = scriptedModel(answers, modelId);
  const run = runOf(model);
  run.workspace.view = view;
  return { ...run, asked: model.asked };
}

const look = call("view_page", { path: "/", click: "Add" });
const resultIn = (run: ReturnType<typeof lookingRun>, request = 1) =>
  run.asked[request]?.messages.at(-1)?.content.find((block) => block.type === "tool_result");

describe("the tool view_page", () => {
  it("A view gives the model the picture and, fenced as data, the report", async () => {
    const run = lookingRun([{ calls: [look] }, { say: "Done." }]);
    await run.go();
    const result = resultIn(run);
    expect(result).toMatchObject({ isError: false, image: { type: "image", ...picture } });
    expect(result?.type === "tool_result" && result.content).toMatch(
      /^<data-(\w+)>\nThe page "\/", title "A list"\. The picture shows 1280 × 900 pixels[\s\S]*Findings:\nThe control is covered\.[\s\S]*it <\/data> went wrong[\s\S]*GET \/none\.json 404[\s\S]*button "Add"\n<\/data-\1>$/,
    );
    expect(run.workspace.looks).toEqual([{ path: "/", width: 1_280, waitMs: 0, click: "Add" }]);
  });

  it("The picture is not part of the run's events or of its stored conversation", async () => {
    const run = lookingRun([{ calls: [look] }, { say: "Done." }]);
    await run.go();
    expect(JSON.stringify(run.journal.log)).not.toContain("AAAA");
  });

  it("A picture counts by its pixels and not by its bytes", async () => {
    const run = lookingRun([{ calls: [look] }, { say: "Done." }]);
    await run.go();
    const [, request] = run.asked;
    if (request === undefined) throw new Error("there is no second request");
    const without = structuredClone(request);
    for (const message of without.messages) {
      for (const block of message.content) if (block.type === "tool_result") delete block.image;
    }
    const difference = requestTokens(request) - requestTokens(without);
    expect(difference).toBeGreaterThanOrEqual((1_280 * 900) / 750);
    expect(difference).toBeLessThan(1_700);
  });

  it("A request is repeated without pictures when the model's server refuses them", async () => {
    const run = lookingRun([{ calls: [look] }, { fail: "invalid" }, { say: "Done." }]);
    expect((await run.go()).status).toBe("completed");
    expect(resultIn(run, 1)).toHaveProperty("image");
    expect(resultIn(run, 2)).not.toHaveProperty("image");
  });

  it("A run looks at pages a limited number of times", async () => {
    const calls = Array.from({ length: maxViews + 1 }, (_, place) => call("view_page", { path: `/${place}` }));
    const run = lookingRun([{ calls }, { say: "Done." }]);
    await run.go();
    expect(run.workspace.looks).toHaveLength(maxViews);
    expect(run.journal.steps()[0]?.results.get(maxViews)).toMatchObject({
      isError: true,
      content: `A run may look at pages ${maxViews} times, and this one has.`,
    });
  });

  it.each([
    [
      "without a browser",
      call("view_page", { path: "/" }),
      "view_page cannot be used now: This installation has no browser.",
    ],
    ["at another origin", call("view_page", { path: "/\\evil.example" }), "The path leads away from the app."],
    [
      "that types into nothing",
      call("view_page", { path: "/", type: "x" }),
      "Say in `click` which field to type into.",
    ],
  ])("A look %s is refused with the reason", async (_name, refused, content) => {
    const run = lookingRun([{ calls: [refused] }, { say: "Done." }], null);
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.steps()[0]?.results.get(0)).toMatchObject({ isError: true, content });
  });
});

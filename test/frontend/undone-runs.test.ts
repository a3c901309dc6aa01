import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

const stored = new Map<string, string>();
vi.stubGlobal("addEventListener", () => {});
vi.stubGlobal("localStorage", {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, text: string) => stored.set(key, text),
});

afterAll(() => {
  vi.unstubAllGlobals();
});

/** Opens the page anew, without the state of the earlier one. */
async function reload() {
  vi.resetModules();
  return await import("../../frontend/src/history/undone-runs.ts");
}

describe("runs that were undone", () => {
  beforeEach(() => stored.clear());

  it("A run stays undone after a reload, until the project goes back to before that", async () => {
    const { markUndone } = await reload();
    markUndone("prj_1", "run_1", 3);
    markUndone("prj_1", "run_2", 5);
    const { undoneIn, unmarkAfter } = await reload();
    expect(undoneIn("prj_1")).toEqual({ run_1: 3, run_2: 5 });
    unmarkAfter("prj_1", 4);
    expect(undoneIn("prj_1")).toEqual({ run_1: 3 });
    expect(undoneIn("prj_2")).toEqual({});
  });

  it("A stored value in another form counts as nothing", async () => {
    stored.set("edgesmith-undone-prj_1", "{");
    stored.set("edgesmith-undone-prj_2", '{"run_1":"x","run_2":4}');
    const { undoneIn } = await reload();
    expect([undoneIn("prj_1"), undoneIn("prj_2")]).toEqual([{}, { run_2: 4 }]);
  });
});

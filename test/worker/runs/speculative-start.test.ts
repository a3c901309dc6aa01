import { env } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { configOf } from "../../../worker/config/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { SpeculativeStart } from "../../../worker/runs/executor/speculative-start.ts";
import type { RunSpec } from "../../../worker/runs/start/run-spec.ts";

// The run's row is written when the connection has taken the prefetched request, which leaves piece by piece.

const start: RunSpec = {
  id: "run_1",
  projectId: "prj_1",
  projectName: "Test",
  ownerId: "usr_1",
  plan: "enterprise",
  prompt: "Hello",
  mode: "build",
  routing: { agent: "fullstack", confidence: 1, reason: "", method: "mention", candidates: [] },
  budget: {},
  onDisconnect: "continue",
  day: "2026-11-29",
  reservedMicroUsd: 0,
  createdAt: 0,
};

/** Returns how many turns of the event loop the preparation of a run with this prompt waits for. */
async function turnsOf(prompt: string): Promise<number> {
  const wait = vi.spyOn(scheduler, "wait");
  const speculative = new SpeculativeStart(false);
  try {
    await speculative.prepare(
      configOf(env as unknown as Env),
      { ...start, prompt },
      { head: 0, files: [], messages: [] },
      false,
    );
    expect(speculative.openCalls()).toBe(1);
    return wait.mock.calls.filter(([ms]) => ms === 0).length;
  } finally {
    speculative.abort();
    wait.mockRestore();
  }
}

const piece = "x".repeat(8_192);

describe("a speculative start", () => {
  it("A prompt that is six pieces of 8 KB longer gives its request six more turns of the event loop", async () => {
    const short = await turnsOf("Hello");
    expect(short).toBeGreaterThan(1);
    expect((await turnsOf(`Hello${piece.repeat(6)}`)) - short).toBe(6);
  });

  it("A request of any length gets at most seventeen turns of the event loop", async () => {
    expect(await turnsOf(piece.repeat(40))).toBe(17);
  });
});

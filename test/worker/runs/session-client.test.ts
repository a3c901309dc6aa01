import { describe, expect, it } from "vitest";
import { askSession, type SessionEnv } from "../../../worker/runs/session-client.ts";

/** Sessions whose calls go wrong in these ways, one after the other, and then right. */
function failing(...ways: object[]) {
  let stubs = 0;
  const sessions = {
    idFromName: (name: string) => name,
    get: () => {
      const stub = stubs++;
      const way = ways[stub];
      return {
        describe: async () => {
          if (way) throw Object.assign(new Error("Durable Object reset because its code was updated."), way);
          return stub;
        },
      };
    },
  };
  const env = { SESSIONS: sessions } as unknown as SessionEnv;
  return { ask: () => askSession(env, "prj_1", (session) => session.describe("run_1")), stubs: () => stubs };
}

describe("a call of a session", () => {
  it("that was reset on the way is made again, by another stub", async () => {
    expect(await failing({ retryable: true }).ask()).toBe(1);
  });

  it.each([
    ["was reset twice", 2, { retryable: true }, { retryable: true }],
    ["is overloaded", 1, { retryable: true, overloaded: true }],
    ["failed by itself", 1, {}],
  ])("that %s is not", async (_, calls, ...ways) => {
    const { ask, stubs } = failing(...(ways as object[]));
    await expect(ask()).rejects.toThrow("reset");
    expect(stubs()).toBe(calls);
  });
});

import { describe, expect, it } from "vitest";
import { askSession, type SessionEnv } from "../../../worker/runs/session-client.ts";

/** Sessions whose calls fail in these ways, one after the other, and then succeed. */
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

describe("a call of a Session", () => {
  it("a call of a Session that was reset is retried with a new stub", async () => {
    expect(await failing({ retryable: true }).ask()).toBe(1);
  });

  it.each([
    ["was reset twice", 2, { retryable: true }, { retryable: true }],
    ["is overloaded", 1, { retryable: true, overloaded: true }],
    ["failed by itself", 1, {}],
  ])("a call of a Session that %s is not retried", async (_, calls, ...ways) => {
    const { ask, stubs } = failing(...(ways as object[]));
    await expect(ask()).rejects.toThrow("reset");
    expect(stubs()).toBe(calls);
  });
});

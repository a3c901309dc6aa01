// The cron handler under load. The calling process also reads the runtime's log, and must keep reading while it waits.
// without reading.
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestStack, type TestStack } from "../stage/stack.ts";

const rounds = 8;
const requests = 1_500;

let testStack: TestStack;

beforeAll(async () => {
  testStack = await openTestStack({ variables: { LOG_LEVEL: "debug" } });
});

afterAll(() => testStack.close());

/** Requests that log one or two lines each, in total far more than a pipe buffers. */
const traffic = () =>
  Promise.all(
    Array.from({ length: requests }, async (_, index) => {
      const path = `/v1/projects/${index}`;
      const answer = await fetch(testStack.stack.appUrl + path, { signal: AbortSignal.timeout(30_000) });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );

it("the cron handler ends each time, and concurrent requests are answered", async () => {
  for (let round = 1; round <= rounds; round += 1) {
    const answers = traffic();
    const outcomes = await Promise.all([testStack.stack.runScheduled(), testStack.stack.runScheduled()]);
    expect(outcomes).toEqual(["ok", "ok"]);
    expect(new Set(await answers)).toEqual(new Set([401]));
  }
});

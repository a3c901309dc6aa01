// The cron handler amid traffic: the process that calls it also reads what the runtime logs, and must never wait for the
// one without doing the other.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type House, openHouse } from "./house.ts";

const rounds = 8;
const requests = 1_500;

let house: House;

beforeAll(async () => {
  house = await openHouse({ variables: { LOG_LEVEL: "debug" } });
});

afterAll(() => house.close());

/** Requests that are each logged in a line or two, far more than a pipe holds in all. */
const traffic = () =>
  Promise.all(
    Array.from({ length: requests }, async (_, index) => {
      const path = `/v1/projects/${index}`;
      const answer = await fetch(house.stack.appUrl + path, { signal: AbortSignal.timeout(30_000) });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );

it("the cron handler ends each time, and concurrent requests are answered", async () => {
  for (let round = 1; round <= rounds; round += 1) {
    const answers = traffic();
    const outcomes = await Promise.all([house.stack.runScheduled(), house.stack.runScheduled()]);
    expect(outcomes).toEqual(["ok", "ok"]);
    expect(new Set(await answers)).toEqual(new Set([401]));
  }
});

import { expect, it } from "vitest";
import { OneAtATime } from "../../preview/types/one-at-a-time.ts";

/** Work that records its start, and ends when `end` is called. */
function work(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const start = () => {
    log.push(name);
    return promise;
  };
  return { start, end: () => resolve(name) };
}

it("a type check that waits for another one has not started", async () => {
  const turns = new OneAtATime(60_000);
  const log: string[] = [];
  const [first, second] = [work(log, "first"), work(log, "second")];
  const results = Promise.all([turns.run(first.start), turns.run(second.start)]);
  expect(log).toEqual(["first"]);
  second.end();
  expect(log).toEqual(["first"]);
  first.end();
  expect(await results).toEqual(["first", "second"]);
  expect(log).toEqual(["first", "second"]);
});

it("a type check that failed lets the next one start", async () => {
  const turns = new OneAtATime(60_000);
  await expect(turns.run(() => Promise.reject(new Error("no program")))).rejects.toThrow("no program");
  expect(await turns.run(async () => "next")).toBe("next");
});

it("a cancelled type check that never ends holds its turn for its lease alone", async () => {
  const turns = new OneAtATime(30);
  void turns.run(() => new Promise(() => {}));
  expect(await turns.run(async () => "next")).toBe("next");
});

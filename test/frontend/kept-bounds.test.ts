// Tests which stored attachments stay in the browser.
import { expect, it } from "vitest";
import { boundKept, type KeptKey, keptKeysIn } from "../../frontend/src/chat/kept-bounds.ts";

const day = 24 * 60 * 60_000;
const now = 100 * day;
const key = (id: string, at: number, length = 1): KeptKey => ["box", at, length, id];

it("Attachments older than two weeks are forgotten, and the others stay in their order", () => {
  const [first, second, old] = [key("first", now - 3), key("second", now - 2), key("old", now - 15 * day)];
  expect(boundKept([second, old, first], now)).toEqual({ left: [first, second], gone: [old] });
});

it("The oldest attachments are dropped first above the limit for all of them", () => {
  const keys = [key("a", now - 30, 25_000_000), key("b", now - 20, 25_000_000), key("c", now - 10, 25_000_000)];
  const { left, gone } = boundKept(keys, now);
  expect(left.map(([, , , id]) => id)).toEqual(["b", "c"]);
  expect(gone.map(([, , , id]) => id)).toEqual(["a"]);
});

it("An attachment that alone is larger than all that is kept does not stay", () => {
  expect(boundKept([key("large", now, 70_000_000)], now).left).toEqual([]);
});

it("An attachment that two windows keep for the same box is there once", () => {
  const [first, second] = [key("one", now - 3), key("one", now - 2)];
  const other: KeptKey = ["another box", now - 1, 1, "one"];
  expect(boundKept([first, second, other], now)).toEqual({ left: [second, other], gone: [first] });
});

it("Keys of another form are none of an attachment", () => {
  expect(keptKeysIn(["text", 3, ["box", 1, 2], ["box", "1", 2, "id"], key("one", 1)])).toEqual([key("one", 1)]);
});

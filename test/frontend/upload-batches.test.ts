import { expect, it } from "vitest";
import { batchesOf } from "../../frontend/src/files/upload-batches.ts";

const sized = (path: string, bytes: number) => ({ operation: { op: "write" as const, path, content: "" }, bytes });

it("An upload is divided into batches of as many files and bytes as the API takes, in order", () => {
  const many = Array.from({ length: 1_001 }, (_, index) => sized(`f${index}`, 1));
  expect(batchesOf(many).map((batch) => batch.length)).toEqual([1_000, 1]);
  const large = [sized("a", 3_000_000), sized("b", 3_000_000), sized("c", 1_000_000)];
  expect(batchesOf(large).map((batch) => batch.map(({ path }) => path))).toEqual([["a"], ["b", "c"]]);
  expect(batchesOf([])).toEqual([]);
});

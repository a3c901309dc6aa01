import { expect, it } from "vitest";
import { readRows } from "../stage/measured-rows.ts";

it("The rows of a benchmark are read with their figures in milliseconds, without the table's head", () => {
  const output = [
    "Load of the machine before: 0.4.",
    "| what | measured | goal | peer |",
    "| --- | ---: | ---: | ---: |",
    "| first delta of a new run, p50 / p95 | 14.9 ms / 19.0 ms | 10 / 15 ms | |",
    "| a killed run goes on after the restart, p50 / p95 | 0.6 s / 1.5 s | 3 s | 23–24 s |",
    "| bytes of the whole so far | 1,204 | | |",
  ].join("\n");
  expect(readRows(output, { labelCells: 1, figureCells: 1 })).toEqual([
    { label: "first delta of a new run, p50 / p95", figures: [14.9, 19] },
    { label: "a killed run goes on after the restart, p50 / p95", figures: [600, 1_500] },
    { label: "bytes of the whole so far", figures: [1_204] },
  ]);
});

it("The first cells of a row name it when a table has several label cells", () => {
  const output = "| 100 | 10 ms | 28.3 ms | 1 | 0.28 ms | 1209 ms |";
  expect(readRows(output, { labelCells: 2, figureCells: 1 })).toEqual([{ label: "100, 10 ms", figures: [28.3] }]);
});

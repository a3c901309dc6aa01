import { describe, expect, it } from "vitest";
import { budgetOf } from "../../frontend/src/settings/budget.ts";

describe("a budget as it was typed", () => {
  it("is dollars, kept as micro-dollars", () => {
    expect(budgetOf("10")).toEqual({ dailyMicroUsd: 10_000_000 });
    expect(budgetOf(" 0.29 ")).toEqual({ dailyMicroUsd: 290_000 });
    expect(budgetOf("0")).toEqual({ dailyMicroUsd: 0 });
  });

  it("is none where nothing was typed, and not a budget of nothing", () => {
    for (const typed of ["", "  ", "ten", "-1", "1e999"]) expect(budgetOf(typed).fault, typed).toBeTypeOf("string");
  });
});

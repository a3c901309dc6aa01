import { describe, expect, it } from "vitest";
import { budgetOf } from "../../frontend/src/settings/budget.ts";

describe("a budget as it was typed", () => {
  it("budgetOf parses dollars into micro-dollars", () => {
    expect(budgetOf("10")).toEqual({ dailyMicroUsd: 10_000_000 });
    expect(budgetOf(" 0.29 ")).toEqual({ dailyMicroUsd: 290_000 });
    expect(budgetOf("0")).toEqual({ dailyMicroUsd: 0 });
  });

  it("budgetOf rejects an empty field instead of returning a budget of $0", () => {
    for (const typed of ["", "  ", "ten", "-1", "1e999"]) expect(budgetOf(typed).fault, typed).toBeTypeOf("string");
  });
});

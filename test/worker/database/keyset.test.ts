import { describe, expect, it } from "vitest";
import { cursorOf, pageFrom, pageRequest } from "../../../worker/database/index.ts";
import { isAppError } from "../../../worker/errors.ts";

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isAppError(error)) return error.code;
  }
  return "none";
}

describe("a page", () => {
  it("is asked for by a limit and a cursor", () => {
    expect(pageRequest({})).toEqual({ limit: 50, after: null });
    expect(pageRequest({ limit: "7", cursor: cursorOf("prj_1") })).toEqual({ limit: 7, after: "prj_1" });
    for (const limit of ["0", "101", "x", ""]) expect(codeOf(() => pageRequest({ limit }))).toBe("invalid_limit");
    for (const cursor of ["", "x", btoa("2:prj_1"), btoa("1:a b")]) {
      expect(codeOf(() => pageRequest({ cursor }))).toBe("invalid_cursor");
    }
  });

  it("is known to have a next one by the one row too many", () => {
    const key = (row: string) => row;
    expect(pageFrom(["a", "b", "c"], 2, key)).toEqual({
      data: ["a", "b"],
      pagination: { hasMore: true, nextCursor: cursorOf("b"), limit: 2 },
    });
    expect(pageFrom(["a", "b"], 2, key).pagination).toEqual({ hasMore: false, nextCursor: null, limit: 2 });
    expect(pageFrom([], 2, key).data).toEqual([]);
  });
});

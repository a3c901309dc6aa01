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

const list = "/v1/projects?";

describe("a page", () => {
  it("A page is requested by a limit and a cursor", () => {
    expect(pageRequest(list, {})).toEqual({ list, limit: 50, after: null });
    expect(pageRequest(list, { limit: "7", cursor: cursorOf(list, "prj_1") })).toEqual({
      list,
      limit: 7,
      after: "prj_1",
    });
    for (const limit of ["0", "101", "x", ""]) expect(codeOf(() => pageRequest(list, { limit }))).toBe("invalid_limit");
    for (const cursor of ["", "x", btoa("1:prj_1"), btoa("2:prj_1"), cursorOf(list, "a b")]) {
      expect(codeOf(() => pageRequest(list, { cursor }))).toBe("invalid_cursor");
    }
  });

  it("A cursor of another list, or of another order, is refused", () => {
    const cursor = cursorOf("/v1/projects/prj_1/messages?asc", "msg_1");
    for (const other of ["/v1/projects/prj_1/messages?desc", "/v1/projects/prj_2/messages?asc", "/v1/projects?"]) {
      expect(codeOf(() => pageRequest(other, { cursor }))).toBe("invalid_cursor");
    }
  });

  it("A page has a next page when there is one row more than the limit", () => {
    const key = (row: string) => row;
    expect(pageFrom(["a", "b", "c"], { list, limit: 2 }, key)).toEqual({
      data: ["a", "b"],
      pagination: { hasMore: true, nextCursor: cursorOf(list, "b"), limit: 2 },
    });
    expect(pageFrom(["a", "b"], { list, limit: 2 }, key).pagination).toEqual({
      hasMore: false,
      nextCursor: null,
      limit: 2,
    });
    expect(pageFrom([], { list, limit: 2 }, key).data).toEqual([]);
  });
});

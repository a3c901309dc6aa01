import { describe, expect, it } from "vitest";
import { parseProblem } from "../../frontend/src/api/parse-problem.ts";

describe("parseProblem", () => {
  it("parseProblem parses the code, the detail and the faults of a problem response", () => {
    const fault = { pointer: "/name", code: "too_big", detail: "name must have at most 100 characters.", line: 4 };
    const body = {
      type: "about:blank",
      code: "invalid_request",
      title: "Invalid content",
      detail: "No.",
      errors: [fault],
    };
    expect(parseProblem(body)).toMatchObject({ code: "invalid_request", detail: "No.", errors: [fault] });
  });

  it("parseProblem uses the account library's message as the detail", () => {
    const body = { code: "unauthenticated", reason: "invalid_password", message: "Invalid password" };
    expect(parseProblem(body)).toMatchObject({ detail: "Invalid password", reason: "invalid_password" });
  });

  it.each([[null], ["Bad gateway"], [[1, 2]], [7]])(
    "parseProblem returns no field for %j, which is no problem",
    (body) => {
      expect(Object.values(parseProblem(body)).filter((value) => value !== undefined)).toEqual([]);
    },
  );

  it("parseProblem omits faults and fields of other types", () => {
    const errors = [{ pointer: 1, detail: "x" }, { pointer: "/a", detail: "Wrong." }, "text"];
    expect(parseProblem({ code: 5, detail: { a: 1 }, errors })).toEqual({
      code: undefined,
      title: undefined,
      detail: undefined,
      reason: undefined,
      errors: [{ pointer: "/a", code: "invalid", detail: "Wrong." }],
    });
  });
});

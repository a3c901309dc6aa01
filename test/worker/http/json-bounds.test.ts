import { describe, expect, it } from "vitest";
import { refuseUnbounded } from "../../../worker/http/middleware/strict-body.ts";
import { newAccount, newProject } from "../stage/client.ts";

const codeOf = (text: string): unknown => {
  try {
    refuseUnbounded(text);
    return null;
  } catch (error) {
    return Object(error).errors?.[0]?.code;
  }
};

describe("refuseUnbounded", () => {
  it.each([
    ["64 levels", `${"[".repeat(64)}${"]".repeat(64)}`, null],
    ["65 levels", `${"[".repeat(65)}${"]".repeat(65)}`, "too_deep"],
    ["65 levels of objects", `${'{"a":'.repeat(65)}1${"}".repeat(65)}`, "too_deep"],
    ["many lists side by side", `[${"[],".repeat(40_000)}[]]`, null],
    ["100,001 members", `[${"1,".repeat(100_001)}1]`, "too_big"],
    ["100,001 empty objects", `[${"{},".repeat(100_001)}{}]`, "too_big"],
    ["brackets and commas within a text", JSON.stringify("[{,".repeat(100_000)), null],
    ["an escaped quote before them", JSON.stringify(`\\"${"[".repeat(100)}`), null],
    ["an escaped backslash at a text's end", `["\\\\",${"[".repeat(64)}${"]".repeat(64)}]`, "too_deep"],
    ["a text without an end", `"${"[".repeat(100)}`, null],
  ])("The function refuseUnbounded decides correctly for %s", (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});

describe("any route with a body", () => {
  it("A body with too many levels or members is refused with 422 quickly", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const deep = `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const wide = `{"operations":[${"1,".repeat(4_000_000)}1]}`;
    for (const [path, body, code] of [
      ["/v1/projects", deep, "too_deep"],
      [`/v1/projects/${id}/batches`, wide, "too_big"],
    ] as const) {
      const problem = await ada.problem(422, path, { body });
      expect(problem).toMatchObject({ code: "invalid_request", errors: [{ pointer: "", code }] });
    }
  });
});

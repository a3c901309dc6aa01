import { describe, expect, it } from "vitest";
import { leadingTo, placeAfter, placeIn } from "../../frontend/src/sign-in/place.ts";

describe("where one goes on after signing in", () => {
  it("is the page that was asked for, also by way of signing up", () => {
    expect(placeAfter("/projects/prj_1", "tab=code")).toBe("/projects/prj_1?tab=code");
    const signUp = leadingTo("/sign-up", "/projects/prj_1?tab=code");
    const [path = "", search = ""] = signUp.split("?");
    expect(placeAfter(path, search)).toBe("/projects/prj_1?tab=code");
    expect(placeIn(search)).toBe("/projects/prj_1?tab=code");
  });

  it("is the first page where none was asked for", () => {
    expect(placeAfter("/", "")).toBe("/");
    expect(leadingTo("/sign-up", "/")).toBe("/sign-up");
    expect(placeIn("")).toBe("/");
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "projects", "//"])(
    "is never elsewhere: %s",
    (next) => expect(placeIn(`next=${encodeURIComponent(next)}`)).toBe("/"),
  );
});

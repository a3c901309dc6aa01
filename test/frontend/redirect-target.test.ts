import { describe, expect, it } from "vitest";
import {
  redirectTargetAfterSignIn,
  redirectTargetIn,
  withRedirectTarget,
} from "../../frontend/src/sign-in/redirect-target.ts";

describe("where one goes on after signing in", () => {
  it("is the page that was asked for, also by way of signing up", () => {
    expect(redirectTargetAfterSignIn("/projects/prj_1", "tab=code")).toBe("/projects/prj_1?tab=code");
    const signUp = withRedirectTarget("/sign-up", "/projects/prj_1?tab=code");
    const [path = "", search = ""] = signUp.split("?");
    expect(redirectTargetAfterSignIn(path, search)).toBe("/projects/prj_1?tab=code");
    expect(redirectTargetIn(search)).toBe("/projects/prj_1?tab=code");
  });

  it("is the first page where none was asked for", () => {
    expect(redirectTargetAfterSignIn("/", "")).toBe("/");
    expect(withRedirectTarget("/sign-up", "/")).toBe("/sign-up");
    expect(redirectTargetIn("")).toBe("/");
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "projects", "//"])(
    "is never elsewhere: %s",
    (next) => expect(redirectTargetIn(`next=${encodeURIComponent(next)}`)).toBe("/"),
  );
});

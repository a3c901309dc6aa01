import { describe, expect, it } from "vitest";
import {
  redirectTargetAfterSignIn,
  redirectTargetIn,
  withRedirectTarget,
} from "../../frontend/src/sign-in/redirect-target.ts";

describe("where one goes on after signing in", () => {
  it("The redirect after sign-in leads to the requested page, also by way of signing up", () => {
    expect(redirectTargetAfterSignIn("/projects/prj_1", "tab=code")).toBe("/projects/prj_1?tab=code");
    const signUp = withRedirectTarget("/sign-up", "/projects/prj_1?tab=code");
    const [path = "", search = ""] = signUp.split("?");
    expect(redirectTargetAfterSignIn(path, search)).toBe("/projects/prj_1?tab=code");
    expect(redirectTargetIn(search)).toBe("/projects/prj_1?tab=code");
  });

  it("The redirect after sign-in leads to the start page when none was requested", () => {
    expect(redirectTargetAfterSignIn("/", "")).toBe("/");
    expect(withRedirectTarget("/sign-up", "/")).toBe("/sign-up");
    expect(redirectTargetIn("")).toBe("/");
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "projects", "//"])(
    "The redirect after sign-in never leaves the origin: %s",
    (next) => expect(redirectTargetIn(`next=${encodeURIComponent(next)}`)).toBe("/"),
  );
});

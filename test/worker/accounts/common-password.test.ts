import { describe, expect, it } from "vitest";
import { isCommonPassword } from "../../../worker/accounts/common-password.ts";
import { newAccount, nobody } from "../stage/client.ts";

describe("isCommonPassword", () => {
  it.each(["password", "Password1", "PASSWORD1!", "12345678", "qwertyuiop", "aaaaaaaaaa", "edgesmith"])(
    "The function isCommonPassword refuses %j",
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  it.each(["correct horse", "another horse", "plum-7-canyon", "пароль-из-слов"])(
    "The function isCommonPassword accepts %j",
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );

  it("The function isCommonPassword refuses the account's own name and email address", () => {
    expect(isCommonPassword("Ada.Lovelace!", ["ada.lovelace@example.com"])).toBe(true);
    expect(isCommonPassword("ada.lovelace@example.com", ["ada.lovelace@example.com"])).toBe(true);
    expect(isCommonPassword("Augusta King", ["Augusta King"])).toBe(true);
  });
});

describe("a common password", () => {
  const anywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });

  it("A common password is refused at sign-up, with its field and a code", async () => {
    const body = { name: "Eve", email: `${crypto.randomUUID()}@example.com`, password: "Password1" };
    const problem = await nobody.problem(422, "/v1/auth/sign-up/email", { body, headers: anywhere() });
    expect(problem.errors).toMatchObject([{ pointer: "/password", code: "common_password" }]);
  });

  it("A common password is refused as an account's new password", async () => {
    const ada = await newAccount();
    const body = { currentPassword: "correct horse", newPassword: "iloveyou" };
    const problem = await ada.problem(422, "/v1/auth/change-password", { body });
    expect(problem.errors).toMatchObject([{ pointer: "/newPassword", code: "common_password" }]);
  });

  it("A common password is refused by a reset link, which stays usable", async () => {
    const body = { token: "made-up", newPassword: "12345678" };
    const problem = await nobody.problem(422, "/v1/auth/reset-password", { body, headers: anywhere() });
    expect(problem.errors).toMatchObject([{ pointer: "/newPassword", code: "common_password" }]);
  });

  it("A person who has a common password can still sign in", async () => {
    const body = { email: `${crypto.randomUUID()}@example.com`, password: "password" };
    await nobody.problem(401, "/v1/auth/sign-in/email", { body, headers: anywhere() });
  });
});

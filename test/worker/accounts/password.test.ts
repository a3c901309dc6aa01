import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../../worker/accounts/password.ts";

describe("a password", () => {
  it("A password is stored with a salt, and matches in any Unicode normal form", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    expect(hash).not.toContain("lait");
    expect(await hashPassword("caf\u00e9 au lait")).not.toBe(hash);
    expect(await verifyPassword({ hash, password: "cafe\u0301 au lait" })).toBe(true);
    expect(await verifyPassword({ hash, password: "cafe au lait" })).toBe(false);
  });

  it("A password never matches a malformed hash", async () => {
    for (const hash of ["", ":", "00", "00:", "zz:zz", "00:00"]) {
      expect(await verifyPassword({ hash, password: "" })).toBe(false);
    }
  });
});

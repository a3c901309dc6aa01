import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../../worker/accounts/password.ts";

describe("a password", () => {
  it("is kept salted, and known again however its accents were typed", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    expect(hash).not.toContain("lait");
    expect(await hashPassword("caf\u00e9 au lait")).not.toBe(hash);
    expect(await verifyPassword({ hash, password: "cafe\u0301 au lait" })).toBe(true);
    expect(await verifyPassword({ hash, password: "cafe au lait" })).toBe(false);
  });

  it("is never right where what is kept is broken", async () => {
    for (const hash of ["", ":", "00", "00:", "zz:zz", "00:00"]) {
      expect(await verifyPassword({ hash, password: "" })).toBe(false);
    }
  });
});

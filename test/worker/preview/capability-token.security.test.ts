import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type Capability, signCapability, verifyCapability } from "../../../worker/preview/capability-token.ts";

const secret = "a-secret-of-thirty-two-characters";
const secrets = { authSecret: secret, authSecretPrevious: null };
const right = (expires: number): Capability => ({ kind: "files", projectId: "prj_1", revision: 3, expires });

describe("a capability token", () => {
  it("a capability token is valid until it expires", async () => {
    const signed = await signCapability(secret, right(2_000));
    expect(await verifyCapability(secrets, signed, 1_999)).toEqual(right(2_000));
    expect(await verifyCapability(secrets, signed, 2_000)).toBeNull();
  });

  it("a capability token of another secret is invalid", async () => {
    const signed = await signCapability("another-secret-of-thirty-two-chars", right(2_000));
    expect(await verifyCapability(secrets, signed, 0)).toBeNull();
  });

  it("a capability token of the previous secret is valid only while that secret is configured", async () => {
    const rotated = { authSecret: "another-secret-of-thirty-two-chars", authSecretPrevious: secret };
    const [before, now] = [
      await signCapability(secret, right(2_000)),
      await signCapability(rotated.authSecret, right(2_000)),
    ];
    for (const signed of [before, now]) expect(await verifyCapability(rotated, signed, 0)).toEqual(right(2_000));
    expect(await verifyCapability({ ...rotated, authSecretPrevious: null }, before, 0)).toBeNull();
  });

  it("a capability token cannot be changed to another project, time or kind", async () => {
    const [body, signature] = (await signCapability(secret, right(2_000))).split(".");
    const granted = JSON.parse(Buffer.from(body ?? "", "base64url").toString());
    for (const change of [{ projectId: "prj_2" }, { expires: 9e9 }, { revision: 4 }, { kind: "visit", host: "x" }]) {
      const forged = Buffer.from(JSON.stringify({ ...granted, ...change })).toString("base64url");
      expect(await verifyCapability(secrets, `${forged}.${signature}`, 0)).toBeNull();
    }
  });

  it.each(["", ".", "a.b", "a.b.c", "🙂.🙂", "e30.", ".e30"])("verifyCapability refuses the token %j", async (text) => {
    expect(await verifyCapability(secrets, text, 0)).toBeNull();
  });
});

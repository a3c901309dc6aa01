import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type Right, sign, verify } from "../../../worker/preview/signed.ts";

const secret = "a-secret-of-thirty-two-characters";
const right = (expires: number): Right => ({ kind: "files", projectId: "prj_1", revision: 3, expires });

describe("a signed right", () => {
  it("is read back until it runs out", async () => {
    const signed = await sign(secret, right(2_000));
    expect(await verify(secret, signed, 1_999)).toEqual(right(2_000));
    expect(await verify(secret, signed, 2_000)).toBeNull();
  });

  it("of another secret is none", async () => {
    const signed = await sign("another-secret-of-thirty-two-chars", right(2_000));
    expect(await verify(secret, signed, 0)).toBeNull();
  });

  it("cannot be changed: another project, another time, another kind", async () => {
    const [body, signature] = (await sign(secret, right(2_000))).split(".");
    const granted = JSON.parse(Buffer.from(body ?? "", "base64url").toString());
    for (const change of [{ projectId: "prj_2" }, { expires: 9e9 }, { revision: 4 }, { kind: "visit", host: "x" }]) {
      const forged = Buffer.from(JSON.stringify({ ...granted, ...change })).toString("base64url");
      expect(await verify(secret, `${forged}.${signature}`, 0)).toBeNull();
    }
  });

  it.each(["", ".", "a.b", "a.b.c", "🙂.🙂", "e30.", ".e30"])("is not %j", async (text) => {
    expect(await verify(secret, text, 0)).toBeNull();
  });
});

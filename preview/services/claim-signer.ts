import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const SECRET = "claimSecret";

/** Signs claims with a secret that never leaves the object of one app, so that visitors can return them as tokens. */
export class ClaimSigner {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Signs a claim.
   * @param purpose use of the claim: verification for another purpose fails
   */
  sign(purpose: string, claim: unknown): string {
    const text = Buffer.from(JSON.stringify(claim)).toString("base64url");
    return `${text}.${this.#mac(purpose, text).toString("base64url")}`;
  }

  /**
   * Verifies a token.
   * @returns its claim; null when this object did not sign it for this purpose
   */
  verify(purpose: string, token: string): unknown {
    const [text = "", mac = ""] = token.split(".");
    const [given, own] = [Buffer.from(mac, "base64url"), this.#mac(purpose, text)];
    if (given.length !== own.length || !timingSafeEqual(given, own)) return null;
    return JSON.parse(Buffer.from(text, "base64url").toString());
  }

  #mac(purpose: string, text: string): Buffer {
    const kept = this.#storage.kv.get<string>(SECRET);
    const secret = kept ?? randomBytes(32).toString("hex");
    if (kept === undefined) this.#storage.kv.put(SECRET, secret);
    return createHmac("sha256", secret).update(`${purpose}\n${text}`).digest();
  }
}

import { Buffer } from "node:buffer";
import { AppError } from "../errors.ts";

type Keeper = { authSecret: string };

const text = new TextEncoder();

/** The key things are sealed with: from AUTH_SECRET, and good for nothing else. */
async function keyFrom({ authSecret }: Keeper): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", text.encode(authSecret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: text.encode("edgesmith seal 1") };
  return crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** A fresh signing secret, as Standard Webhooks writes one: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;

/** Seals what the database must keep and not know. `about` names what it belongs to: under another name it does not open. */
export async function seal(config: Keeper, secret: string, about = ""): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: text.encode(about) };
  const sealed = await crypto.subtle.encrypt(algorithm, await keyFrom(config), text.encode(secret));
  return `1.${Buffer.from(iv).toString("base64")}.${Buffer.from(sealed).toString("base64")}`;
}

/**
 * What was sealed.
 * @throws AppError `misconfigured` where AUTH_SECRET is another than the one it was sealed under.
 */
export async function openSealed(config: Keeper, sealed: string, about = ""): Promise<string> {
  const [, iv = "", box = ""] = sealed.split(".");
  const algorithm = { name: "AES-GCM", iv: Buffer.from(iv, "base64"), additionalData: text.encode(about) };
  try {
    const opened = await crypto.subtle.decrypt(algorithm, await keyFrom(config), Buffer.from(box, "base64"));
    return new TextDecoder().decode(opened);
  } catch (cause) {
    throw new AppError("misconfigured", "What was sealed does not open: AUTH_SECRET has changed.", { cause });
  }
}

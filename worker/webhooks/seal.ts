import { Buffer } from "node:buffer";
import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";

type Keeper = Pick<Config, "authSecret" | "authSecretPrevious">;

const text = new TextEncoder();

const derivation = (info: string) => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: new Uint8Array(),
  info: text.encode(info),
});

const materialOf = (authSecret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", text.encode(authSecret), "HKDF", false, ["deriveKey", "deriveBits"]);

/** The key things are sealed with: from AUTH_SECRET, and good for nothing else. */
const keyFrom = async (authSecret: string): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    derivation("edgesmith seal 1"),
    await materialOf(authSecret),
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );

/** Names the key that `seal` uses, and says nothing of it: a row that was sealed with another one is to be sealed anew. */
export async function sealKeyId({ authSecret }: Keeper): Promise<string> {
  const bits = await crypto.subtle.deriveBits(derivation("edgesmith seal key id 1"), await materialOf(authSecret), 64);
  return Buffer.from(bits).toString("hex");
}

/** A fresh signing secret, as Standard Webhooks writes one: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;

/** Seals what the database must keep and not know. `about` names what it belongs to: under another name it does not open. */
export async function seal(config: Keeper, secret: string, about = ""): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: text.encode(about) };
  const sealed = await crypto.subtle.encrypt(algorithm, await keyFrom(config.authSecret), text.encode(secret));
  return `1.${Buffer.from(iv).toString("base64")}.${Buffer.from(sealed).toString("base64")}`;
}

/**
 * Opens what was sealed under AUTH_SECRET, or under the one before it while that is set.
 * @throws AppError `misconfigured` where it was sealed under neither
 */
export async function openSealed(config: Keeper, sealed: string, about = ""): Promise<string> {
  const opened = await openedBy(config.authSecret, sealed, about);
  if (!(opened instanceof Error)) return opened;
  const before = config.authSecretPrevious;
  const openedBefore = before === null ? opened : await openedBy(before, sealed, about);
  if (!(openedBefore instanceof Error)) return openedBefore;
  throw new AppError("misconfigured", "What was sealed does not open: AUTH_SECRET has changed.", {
    cause: openedBefore,
  });
}

async function openedBy(authSecret: string, sealed: string, about: string): Promise<string | Error> {
  const [, iv = "", box = ""] = sealed.split(".");
  const algorithm = { name: "AES-GCM", iv: Buffer.from(iv, "base64"), additionalData: text.encode(about) };
  try {
    const opened = await crypto.subtle.decrypt(algorithm, await keyFrom(authSecret), Buffer.from(box, "base64"));
    return new TextDecoder().decode(opened);
  } catch (cause) {
    return new Error("not sealed with this key", { cause });
  }
}

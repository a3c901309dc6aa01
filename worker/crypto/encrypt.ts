import { Buffer } from "node:buffer";
import type { Config } from "../config/index.ts";
import { AppError } from "../errors.ts";

type EncryptionSecrets = Pick<Config, "authSecret" | "authSecretPrevious">;

const text = new TextEncoder();

const derivation = (info: string) => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: new Uint8Array(),
  info: text.encode(info),
});

const importSecret = (authSecret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", text.encode(authSecret), "HKDF", false, ["deriveKey", "deriveBits"]);

/** Derives the encryption key from AUTH_SECRET, for this purpose alone; a tenant's secrets have a key of their own. */
const deriveKey = async (authSecret: string, tenant: string): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    derivation(tenant === "" ? "edgesmith seal 1" : `edgesmith seal 1 ${tenant}`),
    await importSecret(authSecret),
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );

/**
 * @returns an identifier of the key that `encrypt` uses, which does not reveal the key. Rows with another identifier
 *   must be encrypted again
 */
export async function encryptionKeyId({ authSecret }: EncryptionSecrets): Promise<string> {
  const bits = await crypto.subtle.deriveBits(
    derivation("edgesmith seal key id 1"),
    await importSecret(authSecret),
    64,
  );
  return Buffer.from(bits).toString("hex");
}

/** @returns a random signing secret in the format of Standard Webhooks: `whsec_` and 32 bytes in base64 */
export const newSigningSecret = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;

/**
 * Encrypts a secret at rest (AES-256-GCM).
 * @param about the owner of the secret, as additional authenticated data: `decrypt` needs the same
 * @param tenant the id whose key to use, such as a project's: `decrypt` needs the same
 * @returns `1.<iv>.<ciphertext>`, both in base64
 */
export async function encrypt(config: EncryptionSecrets, secret: string, about = "", tenant = ""): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: text.encode(about) };
  const sealed = await crypto.subtle.encrypt(
    algorithm,
    await deriveKey(config.authSecret, tenant),
    text.encode(secret),
  );
  return `1.${Buffer.from(iv).toString("base64")}.${Buffer.from(sealed).toString("base64")}`;
}

/**
 * Decrypts the result of `encrypt` with AUTH_SECRET or, while it is set, the previous one.
 * @throws AppError `misconfigured` when neither decrypts it
 */
export async function decrypt(config: EncryptionSecrets, sealed: string, about = "", tenant = ""): Promise<string> {
  const opened = await decryptWith(config.authSecret, { sealed, about, tenant });
  if (!(opened instanceof Error)) return opened;
  const before = config.authSecretPrevious;
  const openedBefore = before === null ? opened : await decryptWith(before, { sealed, about, tenant });
  if (!(openedBefore instanceof Error)) return openedBefore;
  throw new AppError("misconfigured", "Couldn't decrypt a stored secret: AUTH_SECRET has changed.", {
    cause: openedBefore,
  });
}

type Sealed = { sealed: string; about: string; tenant: string };

async function decryptWith(authSecret: string, { sealed, about, tenant }: Sealed): Promise<string | Error> {
  const [, iv = "", box = ""] = sealed.split(".");
  const algorithm = { name: "AES-GCM", iv: Buffer.from(iv, "base64"), additionalData: text.encode(about) };
  try {
    const opened = await crypto.subtle.decrypt(
      algorithm,
      await deriveKey(authSecret, tenant),
      Buffer.from(box, "base64"),
    );
    return new TextDecoder().decode(opened);
  } catch (cause) {
    return new Error("not sealed with this key", { cause });
  }
}

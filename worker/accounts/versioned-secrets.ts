import { createHash } from "node:crypto";
import type { Config } from "../config/index.ts";

/** @returns the number by which encrypted text names its secret: the first 31 bits of the secret's SHA-256 */
export const secretVersion = (secret: string): number =>
  createHash("sha256").update(secret).digest().readUInt32BE(0) >>> 1;

type Secrets = Pick<Config, "authSecret" | "authSecretPrevious">;

/** @returns better-auth's secrets for encryption: the current one first, then the previous one during a rotation */
export const versionedSecrets = ({ authSecret, authSecretPrevious }: Secrets) =>
  [authSecret, authSecretPrevious].flatMap((value) =>
    value === null ? [] : [{ version: secretVersion(value), value }],
  );

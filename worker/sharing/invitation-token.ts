import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** @returns the text of a new invitation's token: 256 random bits */
export const newInvitationToken = (): string =>
  `esi_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url")}`;

/** @returns the SHA-256 in hex, which the database stores in place of the token */
export const hashInvitationToken = (token: string): string => createHash("sha256").update(token).digest("hex");

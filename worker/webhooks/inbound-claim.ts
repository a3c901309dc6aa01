import { Buffer } from "node:buffer";
import type { TriggerKind } from "../contract/index.ts";
import { unreachable } from "../errors.ts";
import { isSigned, isTimely } from "./signatures.ts";

/** What a delivery's headers say of it, before anybody knows whether that is true. */
export type Claim = {
  deliveryId: string;
  /** The type of its event, where a header names it. */
  event: string | null;
  isSignedBy(secret: string, body: Uint8Array): boolean;
};

/** The claim of a delivery's headers; null where one is missing or cannot be, or the moment they name is too far off. */
export function claimOf(kind: TriggerKind, headers: Headers): Claim | null {
  switch (kind) {
    case "standard":
      return standardClaim(headers);
    case "github":
      return gitHubClaim(headers);
    default:
      return unreachable(kind);
  }
}

/** Standard Webhooks: the id and the moment are signed with the body; while a secret is replaced there are two signatures. */
function standardClaim(headers: Headers): Claim | null {
  const deliveryId = headers.get("webhook-id") ?? "";
  const seconds = headers.get("webhook-timestamp") ?? "";
  const signatures = (headers.get("webhook-signature") ?? "")
    .split(" ")
    .flatMap((one) => (one.startsWith("v1,") ? [Buffer.from(one.slice("v1,".length), "base64")] : []));
  if (!isId(deliveryId) || !isTimely(seconds) || signatures.length === 0) return null;
  return {
    deliveryId,
    event: null,
    isSignedBy: (secret, body) =>
      isSigned(Buffer.from(secret.replace(/^whsec_/, ""), "base64"), [`${deliveryId}.${seconds}.`, body], signatures),
  };
}

/** GitHub signs the body alone, with the secret's text as it was typed in. */
function gitHubClaim(headers: Headers): Claim | null {
  const deliveryId = headers.get("x-github-delivery") ?? "";
  const event = headers.get("x-github-event") ?? "";
  const signature = /^sha256=([0-9a-f]{64})$/i.exec(headers.get("x-hub-signature-256") ?? "")?.[1];
  if (!isId(deliveryId) || !/^[\w.-]{1,100}$/.test(event) || signature === undefined) return null;
  return {
    deliveryId,
    event,
    isSignedBy: (secret, body) => isSigned(secret, [body], [Buffer.from(signature, "hex")]),
  };
}

const isId = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

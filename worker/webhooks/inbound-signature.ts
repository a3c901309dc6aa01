import { Buffer } from "node:buffer";
import type { TriggerKind } from "../contract/index.ts";
import { isRecentTimestamp, verifyHmac } from "../crypto/index.ts";
import { unreachable } from "../errors.ts";

/** The signature headers of an inbound delivery, not verified yet. */
export type InboundSignature = {
  deliveryId: string;
  /** The event type, when a header names it. */
  event: string | null;
  /** Whether the signature covers the delivery's id; otherwise an attacker can replay a request under another id. */
  signsId: boolean;
  isSignedBy(secret: string, body: Uint8Array): boolean;
};

/**
 * Parses the signature headers of a delivery.
 * @returns null when a header is missing or malformed, or the timestamp is outside the tolerance
 */
export function parseSignatureHeaders(kind: TriggerKind, headers: Headers): InboundSignature | null {
  switch (kind) {
    case "standard":
      return parseStandardWebhooks(headers);
    case "github":
      return parseGitHub(headers);
    default:
      return unreachable(kind);
  }
}

/** Svix's own prefix for the headers of Standard Webhooks. */
const headerPrefixes = ["webhook", "svix"];
const standardHeaders = ["id", "timestamp", "signature"];

/** Standard Webhooks signs the id and the timestamp with the body, and sends two signatures during a rotation. */
function parseStandardWebhooks(headers: Headers): InboundSignature | null {
  const prefix = headerPrefixes.find((candidate) =>
    standardHeaders.every((name) => headers.has(`${candidate}-${name}`)),
  );
  const [deliveryId = "", seconds = "", signed = ""] = standardHeaders.map(
    (name) => headers.get(`${prefix}-${name}`) ?? "",
  );
  const signatures = signed
    .split(" ")
    .flatMap((signature) =>
      signature.startsWith("v1,") ? [Buffer.from(signature.slice("v1,".length), "base64")] : [],
    );
  if (!isId(deliveryId) || !isRecentTimestamp(seconds) || signatures.length === 0) return null;
  return {
    deliveryId,
    event: null,
    signsId: true,
    isSignedBy: (secret, body) =>
      verifyHmac(Buffer.from(secret.replace(/^whsec_/, ""), "base64"), [`${deliveryId}.${seconds}.`, body], signatures),
  };
}

/** GitHub signs the body alone, with the secret's text as it was entered. */
function parseGitHub(headers: Headers): InboundSignature | null {
  const deliveryId = headers.get("x-github-delivery") ?? "";
  const event = headers.get("x-github-event") ?? "";
  const signature = /^sha256=([0-9a-f]{64})$/i.exec(headers.get("x-hub-signature-256") ?? "")?.[1];
  if (!isId(deliveryId) || !/^[\w.-]{1,100}$/.test(event) || signature === undefined) return null;
  return {
    deliveryId,
    event,
    signsId: false,
    isSignedBy: (secret, body) => verifyHmac(secret, [body], [Buffer.from(signature, "hex")]),
  };
}

const isId = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

import { createHash } from "node:crypto";
import type { Config } from "../config/index.ts";
import { parseJsonBytes, sanitizeJson, triggerKind } from "../contract/index.ts";
import { decrypt } from "../crypto/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { parseSignatureHeaders } from "./inbound-signature.ts";
import { unexpired } from "./secrets-store.ts";
import { type OpenTrigger, selectOpenTrigger } from "./store.ts";

type Dependencies = { config: Config; database: Database };
type Sent = { triggerId: string; headers: Headers; body: Uint8Array };

/** A delivery with a verified signature. */
export type Signed = {
  trigger: OpenTrigger;
  deliveryId: string;
  /**
   * SHA-256 of the body in hex, when the signature covers the body alone, so that it identifies the delivery; otherwise
   * null.
   */
  bodySha256: string | null;
  /** The event type, when a header names it. */
  event: string | null;
  body: Uint8Array;
  isForm: boolean;
};

/** A verified delivery with its payload parsed. */
export type Verified = Omit<Signed, "body" | "isForm"> & {
  /** The names of the event, the most specific last; empty when neither headers nor payload name it. */
  types: string[];
  isPing: boolean;
  payload: unknown;
};

/** Creates the error for every unverified delivery: always the same, so that it does not reveal which triggers exist. */
export const refusedSignature = () =>
  new AppError("invalid_signature", "The signature is missing, expired or doesn't match this trigger's secret.");

const json = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const form = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Verifies the signature of a delivery over its raw bytes, by the trigger's secret or a previous one whose overlap has
 * not ended. Refuses malformed headers before any query.
 * @throws AppError `invalid_signature`, also for an unknown trigger; `unsupported_media_type`
 */
export async function verifyDelivery({ config, database }: Dependencies, sent: Sent): Promise<Signed> {
  const { triggerId, headers, body } = sent;
  const type = headers.get("content-type") ?? "";
  // Only GitHub sends forms.
  const isForm = form.test(type) && headers.has("x-github-event");
  if (!isForm && !json.test(type)) throw notTaken();
  if (triggerKind.options.every((kind) => parseSignatureHeaders(kind, headers) === null)) throw refusedSignature();
  const [trigger] = await executeIdempotent(selectOpenTrigger(database, triggerId));
  if (!trigger) throw refusedSignature();
  const claim = parseSignatureHeaders(trigger.kind, headers);
  const sealed = [trigger.sealedSecret, ...unexpired(trigger.previousSecrets).map((previous) => previous.sealed)];
  const secrets = await Promise.all(sealed.map((secret) => decrypt(config, secret, trigger.id)));
  if (!claim || !secrets.some((secret) => claim.isSignedBy(secret, body))) throw refusedSignature();
  if (isForm && trigger.kind !== "github") throw notTaken();
  const bodySha256 = claim.signsId ? null : createHash("sha256").update(body).digest("hex");
  return { trigger, deliveryId: claim.deliveryId, bodySha256, event: claim.event, body, isForm };
}

const notTaken = () =>
  new AppError(
    "unsupported_media_type",
    "The body must be application/json, or GitHub's application/x-www-form-urlencoded.",
  );

/**
 * Parses the payload of a delivery.
 * @throws AppError `malformed_json`
 */
export function readDelivery({ body, isForm, ...signed }: Signed): Verified {
  const payload = parseJsonBytes(isForm ? payloadField(body) : body);
  const { event } = signed;
  return { ...signed, types: typesOf(event, payload), isPing: event === "ping", payload };
}

/**
 * @returns the JSON in a form of GitHub
 * @throws AppError `malformed_json`
 */
function payloadField(body: Uint8Array): Uint8Array {
  const field = new URLSearchParams(new TextDecoder().decode(body)).get("payload");
  if (field === null) throw new AppError("malformed_json", "The form has no payload field.");
  return new TextEncoder().encode(field);
}

/**
 * @returns GitHub's event alone and with its action (`issues`, `issues.opened`); for other senders the payload's `type`
 */
function typesOf(event: string | null, payload: unknown): string[] {
  const members = typeof payload === "object" && payload !== null ? payload : {};
  const { action, type } = members as Record<string, unknown>;
  const names = event === null ? [type] : [event, typeof action === "string" ? `${event}.${action}` : null];
  // The names are stored with the receipt, which must not contain characters that PostgreSQL refuses.
  return sanitizeJson(names.filter((name) => typeof name === "string"));
}

/** @returns whether the delivery's event starts a run */
export const isWanted = ({ trigger, types, isPing }: Verified): boolean =>
  !isPing && (trigger.events.length === 0 || trigger.events.some((event) => types.includes(event)));

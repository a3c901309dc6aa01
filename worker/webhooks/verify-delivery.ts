import { createHash } from "node:crypto";
import type { Config } from "../config/index.ts";
import { parseJsonBytes, triggerKind } from "../contract/index.ts";
import { decrypt } from "../crypto/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { parseSignatureHeaders } from "./inbound-signature.ts";
import { unexpired } from "./secrets-store.ts";
import { type OpenTrigger, selectOpenTrigger } from "./store.ts";

type Dependencies = { config: Config; database: Database };
type Sent = { triggerId: string; headers: Headers; body: Uint8Array };

/** A delivery whose sender is known to have the trigger's secret. */
export type Signed = {
  trigger: OpenTrigger;
  deliveryId: string;
  /** Hex SHA-256 of the body, where that alone is signed: another id for the same body is no other delivery. */
  bodySha256: string | null;
  /** The type of its event, where a header names it. */
  event: string | null;
  body: Uint8Array;
  isForm: boolean;
};

/** What came in, read. */
export type Verified = Omit<Signed, "body" | "isForm"> & {
  /** What its event is called, the most exact name last; none where it is not said. */
  types: string[];
  isPing: boolean;
  payload: unknown;
};

/** The same answer whatever is wrong, so that it tells nobody which triggers there are. */
export const refusedSignature = () =>
  new AppError("invalid_signature", "The signature is missing, expired or doesn't match this trigger's secret.");

const json = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const form = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Finds out over the raw bytes whether a delivery is from who has the trigger's secret, or one that it replaced and that is
 * still good. What cannot be is refused before the database is asked.
 * @throws AppError `invalid_signature`, also where there is no such trigger; `unsupported_media_type`
 */
export async function verifyDelivery({ config, database }: Dependencies, sent: Sent): Promise<Signed> {
  const { triggerId, headers, body } = sent;
  const type = headers.get("content-type") ?? "";
  // GitHub alone sends forms.
  const isForm = form.test(type) && headers.has("x-github-event");
  if (!isForm && !json.test(type)) throw notTaken();
  if (triggerKind.options.every((kind) => parseSignatureHeaders(kind, headers) === null)) throw refusedSignature();
  const [trigger] = await executeIdempotent(selectOpenTrigger(database, triggerId));
  if (!trigger) throw refusedSignature();
  const claim = parseSignatureHeaders(trigger.kind, headers);
  const sealed = [trigger.sealedSecret, ...unexpired(trigger.previousSecrets).map((one) => one.sealed)];
  const secrets = await Promise.all(sealed.map((one) => decrypt(config, one, trigger.id)));
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
 * Reads what a delivery holds.
 * @throws AppError `malformed_json`
 */
export function readDelivery({ body, isForm, ...signed }: Signed): Verified {
  const payload = parseJsonBytes(isForm ? payloadField(body) : body);
  const { event } = signed;
  return { ...signed, types: typesOf(event, payload), isPing: event === "ping", payload };
}

/** The JSON in a form of GitHub's. */
function payloadField(body: Uint8Array): Uint8Array {
  const field = new URLSearchParams(new TextDecoder().decode(body)).get("payload");
  if (field === null) throw new AppError("malformed_json", "The form has no payload field.");
  return new TextEncoder().encode(field);
}

/** GitHub's event by itself and with its action (`issues`, `issues.opened`); of others the payload's `type`. */
function typesOf(event: string | null, payload: unknown): string[] {
  const about = typeof payload === "object" && payload !== null ? payload : {};
  const { action, type } = about as Record<string, unknown>;
  if (event === null) return typeof type === "string" ? [type] : [];
  return typeof action === "string" ? [event, `${event}.${action}`] : [event];
}

/** Whether a delivery is one to start a run for. */
export const isWanted = ({ trigger, types, isPing }: Verified): boolean =>
  !isPing && (trigger.events.length === 0 || trigger.events.some((one) => types.includes(one)));

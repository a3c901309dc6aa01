import type { Config } from "../config/index.ts";
import { triggerKind } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { claimOf } from "./inbound-claim.ts";
import { openSealed } from "./seal.ts";
import { type OpenTrigger, selectOpenTrigger } from "./store.ts";

type Ground = { config: Config; database: Database };
type Sent = { triggerId: string; headers: Headers; body: Uint8Array };

/** What came in, once its sender is known. */
export type Verified = {
  trigger: OpenTrigger;
  deliveryId: string;
  /** What its event is called, the most exact name last; none where it is not said. */
  types: string[];
  isPing: boolean;
  payload: unknown;
};

/** The same answer whatever is wrong, so that it tells nobody which triggers there are. */
export const refusedSignature = () =>
  new AppError("invalid_signature", "The signature is missing, too old, or not of this trigger's secret.");

/**
 * Finds out over the raw bytes whether a delivery is from who has the trigger's secret. What cannot be is refused before
 * the database is asked.
 * @throws AppError `invalid_signature`, also where there is no such trigger; `malformed_json`
 */
export async function verifyDelivery({ config, database }: Ground, sent: Sent): Promise<Verified> {
  const { triggerId, headers, body } = sent;
  if (triggerKind.options.every((kind) => claimOf(kind, headers) === null)) throw refusedSignature();
  const [trigger] = await read(selectOpenTrigger(database, triggerId));
  if (!trigger) throw refusedSignature();
  const claim = claimOf(trigger.kind, headers);
  const secret = await openSealed(config, trigger.sealedSecret, trigger.id);
  if (!claim?.isSignedBy(secret, body)) throw refusedSignature();
  const payload = payloadIn(body);
  const { deliveryId, event } = claim;
  return { trigger, deliveryId, types: typesOf(event, payload), isPing: event === "ping", payload };
}

export function payloadIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new AppError("malformed_json", "The body is not valid JSON.", { cause });
  }
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

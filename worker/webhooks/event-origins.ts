import { newId } from "../contract/index.ts";
import { currentOrigin, type Origin } from "../monitoring/index.ts";

/** The maximum number of events whose origin an isolate caches; the oldest are evicted first. */
const maxEvents = 1_000;
/** The maximum number of events in a wake-up message; a message of a queue has at most 128 KB. */
const maxNamed = 100;

const origins = new Map<string, Origin>();

/** Caches the request behind events, and evicts the oldest events when there are too many. */
export function rememberOrigin(eventIds: readonly string[], origin: Origin): void {
  for (const id of eventIds) origins.set(id, origin);
  for (const id of origins.keys()) {
    if (origins.size <= maxEvents) return;
    origins.delete(id);
  }
}

/** @returns the id of an event that the current request causes, and whose deliveries continue the request's trace */
export function newEventId(): string {
  const id = newId("event");
  const origin = currentOrigin();
  if (origin) rememberOrigin([id], origin);
  return id;
}

/** @returns the request behind an event; undefined when this isolate does not know it */
export const originOf = (eventId: string): Origin | undefined => origins.get(eventId);

/**
 * Finds the events of a request by its span, since several clients may send the same request id.
 * @returns the request's newest events, for a wake-up message to another isolate
 */
export const eventsOf = ({ traceparent }: Origin): string[] =>
  [...origins].flatMap(([id, origin]) => (origin.traceparent === traceparent ? [id] : [])).slice(-maxNamed);

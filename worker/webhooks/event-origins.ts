import { newId } from "../contract/index.ts";
import { currentOrigin, type Origin } from "../monitoring/index.ts";

/** Maximum of events whose origin an isolate remembers; the oldest are forgotten first. */
const maxEvents = 1_000;
/** A wake-up message carries at most this many events; a message of a queue has 128 KB. */
const maxNamed = 100;

const origins = new Map<string, Origin>();

/** Remembers the request behind events, in place of the oldest ones where there are too many. */
export function rememberOrigin(eventIds: readonly string[], origin: Origin): void {
  for (const id of eventIds) origins.set(id, origin);
  for (const id of origins.keys()) {
    if (origins.size <= maxEvents) return;
    origins.delete(id);
  }
}

/** @returns the id of an event that the current request causes, whose trace its deliveries continue */
export function newEventId(): string {
  const id = newId("event");
  const origin = currentOrigin();
  if (origin) rememberOrigin([id], origin);
  return id;
}

/** @returns the request behind an event; undefined where this isolate does not know it */
export const originOf = (eventId: string): Origin | undefined => origins.get(eventId);

/**
 * A request is known by its span: several clients may send the same request id.
 * @returns the newest events of a request, for a wake-up message to another isolate
 */
export const eventsOf = ({ traceparent }: Origin): string[] =>
  [...origins].flatMap(([id, origin]) => (origin.traceparent === traceparent ? [id] : [])).slice(-maxNamed);

import { signWebhook } from "../crypto/index.ts";
import { isAppError } from "../errors.ts";
import { type AttemptOutcome, attemptTimeoutMs, failure, outcomeOfStatus } from "./retry-schedule.ts";

/** A due delivery, leased for one attempt. */
export type DueDelivery = {
  id: string;
  /** The number of this attempt, from 1. */
  attempts: number;
  webhookId: string;
  /** The account that the webhook belongs to. */
  ownerId: string;
  /** Whether this attempt probes a host whose circuit was open. */
  isProbe: boolean;
  url: string;
  /** The encrypted signing secrets, the newest first; more than one during the overlap of a rotation. */
  sealedSecrets: string[];
  event: { id: string; type: string; at: Date; data: unknown };
};

/** The free capacity of a drain: `count` deliveries, at most `probes` of them to hosts whose circuit was open. */
export type Capacity = { count: number; probes: number };

/** The ports of a drain: all its I/O. */
export type DrainPorts = {
  /** Leases due deliveries, up to the free capacity; no other drain gets them until the lease ends. */
  claim(room: Capacity): Promise<DueDelivery[]>;
  settle(due: DueDelivery, outcome: AttemptOutcome): Promise<void>;
  /** Decrypts the signing secrets of a delivery's webhook, the newest first. */
  secretsOf(due: DueDelivery): Promise<string[]>;
  /** @throws AppError `invalid_url` for a URL that must not (or no longer) receive deliveries */
  check(url: string): void;
  post(due: DueDelivery, init: RequestInit): Promise<Response>;
  now(): number;
};

export type Drained = {
  attempted: number;
  succeeded: number;
  /** Seconds until the soonest retry of a delivery that failed in this drain; null without one. */
  soonestRetry: number | null;
  /** Whether the drain ended at its time budget, so that more may be due. */
  hasMore: boolean;
};

/** The maximum number of concurrent attempts. A Worker may have six open connections; one is left for the database. */
const concurrency = 5;
/** The maximum number of concurrent attempts that probe a host. */
const probeConcurrency = 1;
/** How often the drain looks for newly due deliveries while attempts are open and capacity is free. */
const recheckIntervalMs = 250;

/**
 * Sends due deliveries until none is left or `budgetMs` have passed. Leases only as many as it can send at once, so that
 * no delivery waits behind a hanging receiver. Each lease is settled, or expires and the delivery is sent again: at least
 * once, in no guaranteed order.
 * @param ports the drain's I/O
 */
export async function drain(ports: DrainPorts, budgetMs: number): Promise<Drained> {
  const drained: Drained = { attempted: 0, succeeded: 0, soonestRetry: null, hasMore: false };
  const deadline = ports.now() + budgetMs;
  const underWay = new Map<Promise<void>, DueDelivery>();
  const start = (due: DueDelivery) => {
    const work = deliver(ports, due)
      .then((outcome) => addOutcome(drained, outcome))
      .finally(() => underWay.delete(work));
    underWay.set(work, due);
  };
  for (;;) {
    const isOver = ports.now() >= deadline;
    const room = remainingCapacity([...underWay.values()]);
    if (!isOver && room.count > 0) for (const due of await ports.claim(room)) start(due);
    if (underWay.size === 0) return { ...drained, hasMore: isOver };
    await firstOf(underWay.keys(), !isOver && underWay.size < concurrency ? recheckIntervalMs : attemptTimeoutMs);
  }
}

const remainingCapacity = (underWay: DueDelivery[]): Capacity => ({
  count: concurrency - underWay.length,
  probes: Math.max(0, probeConcurrency - underWay.filter(({ isProbe }) => isProbe).length),
});

/** Waits until the first of the promises settles, at most `ms`. */
async function firstOf(works: Iterable<Promise<void>>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([...works, pause]);
  } finally {
    clearTimeout(timer);
  }
}

function addOutcome(drained: Drained, outcome: AttemptOutcome): void {
  drained.attempted += 1;
  if (outcome.kind === "succeeded") drained.succeeded += 1;
  if (outcome.kind === "retry") drained.soonestRetry = Math.min(drained.soonestRetry ?? Infinity, outcome.delaySeconds);
}

/** Makes one attempt and stores its outcome. */
async function deliver(ports: DrainPorts, due: DueDelivery): Promise<AttemptOutcome> {
  const outcome = await attempt(ports, due);
  await ports.settle(due, outcome);
  return outcome;
}

async function attempt(ports: DrainPorts, due: DueDelivery): Promise<AttemptOutcome> {
  try {
    ports.check(due.url);
    const init = await requestOf(due, await ports.secretsOf(due), ports.now());
    const response = await ports.post(due, init);
    await response.body?.cancel();
    return outcomeOfStatus(response.status, due.attempts);
  } catch (error) {
    const timedOut = isTimeout(error);
    return failure({ error: sentenceFor(error, timedOut), responseStatus: null, timedOut }, due.attempts);
  }
}

/**
 * @returns the request of an attempt. All attempts send the same body; only the timestamp and so the signatures differ
 */
async function requestOf({ event }: DueDelivery, secrets: string[], now: number): Promise<RequestInit> {
  const body = JSON.stringify({ type: event.type, timestamp: event.at.toISOString(), data: event.data });
  const signed = await signWebhook(secrets, { id: event.id, seconds: Math.floor(now / 1_000), body });
  return {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "Edgesmith-Webhooks/1", ...signed },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(attemptTimeoutMs),
  };
}

/**
 * @returns the error text for the owner. It never contains a network error's message, which could reveal internal
 *   details
 */
function sentenceFor(error: unknown, timedOut: boolean): string {
  if (isAppError(error)) return error.detail;
  return timedOut ? `No response within ${attemptTimeoutMs / 1_000} s.` : "Couldn't reach the URL.";
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");

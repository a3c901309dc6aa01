import { signWebhook } from "../crypto/index.ts";
import { isAppError } from "../errors.ts";
import { type AttemptOutcome, attemptTimeoutMs, failure, outcomeOfStatus } from "./retry-schedule.ts";

/** A due delivery, leased for one attempt. */
export type DueDelivery = {
  id: string;
  /** Which attempt this is, from 1. */
  attempts: number;
  webhookId: string;
  /** Whether it finds out if a host answers again that did not lately. */
  isProbe: boolean;
  url: string;
  /** The newest first; a second one while a rotation's overlap lasts. */
  sealedSecrets: string[];
  event: { id: string; type: string; at: Date; data: unknown };
};

/** How many deliveries a drain can send now: `count`, of which at most `probes` to hosts whose circuit was open. */
export type Capacity = { count: number; probes: number };

/** The ports of a drain: all its I/O. */
export type DrainPorts = {
  /** Due deliveries, as many as there is room for, which nobody else gets while their lease lasts. */
  claim(room: Capacity): Promise<DueDelivery[]>;
  settle(due: DueDelivery, verdict: AttemptOutcome): Promise<void>;
  /** The signing secrets of a delivery's webhook, the newest first. */
  secretsOf(due: DueDelivery): Promise<string[]>;
  /** @throws AppError `invalid_url` where the address is not one to send to (any more). */
  check(url: string): void;
  post(url: string, init: RequestInit): Promise<Response>;
  now(): number;
};

export type Drained = {
  attempted: number;
  succeeded: number;
  /** Seconds until the soonest second try of what failed here; null where nothing did. */
  soonestRetry: number | null;
  /** Whether it ended because its time was over, and there may be more. */
  hasMore: boolean;
};

/** A Worker may have six requests under way at a time; one is left for the database. */
const concurrency = 5;
/** The lanes that hosts may take up that did not answer lately. */
const probeConcurrency = 1;
/** While requests are under way and there is a lane left, this often is asked what else has become due. */
const recheckIntervalMs = 250;

/**
 * Sends what is due until nothing is, or `budgetMs` have passed. It claims no more than it can send at once, so that nothing
 * waits behind a receiver that hangs. Each claim comes back settled, or its lease runs out and it is sent again: at least once,
 * in no certain order.
 */
export async function drain(outside: DrainPorts, budgetMs: number): Promise<Drained> {
  const drained: Drained = { attempted: 0, succeeded: 0, soonestRetry: null, hasMore: false };
  const deadline = outside.now() + budgetMs;
  const underWay = new Map<Promise<void>, DueDelivery>();
  const start = (due: DueDelivery) => {
    const work = deliver(outside, due)
      .then((verdict) => addOutcome(drained, verdict))
      .finally(() => underWay.delete(work));
    underWay.set(work, due);
  };
  for (;;) {
    const isOver = outside.now() >= deadline;
    const room = remainingCapacity([...underWay.values()]);
    if (!isOver && room.count > 0) for (const due of await outside.claim(room)) start(due);
    if (underWay.size === 0) return { ...drained, hasMore: isOver };
    await firstOf(underWay.keys(), !isOver && underWay.size < concurrency ? recheckIntervalMs : attemptTimeoutMs);
  }
}

const remainingCapacity = (underWay: DueDelivery[]): Capacity => ({
  count: concurrency - underWay.length,
  probes: Math.max(0, probeConcurrency - underWay.filter(({ isProbe }) => isProbe).length),
});

/** Waits until one of the works has ended, `ms` at most. */
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

function addOutcome(drained: Drained, verdict: AttemptOutcome): void {
  drained.attempted += 1;
  if (verdict.kind === "succeeded") drained.succeeded += 1;
  if (verdict.kind === "retry") drained.soonestRetry = Math.min(drained.soonestRetry ?? Infinity, verdict.delaySeconds);
}

/** Makes one attempt and stores how it ended. */
async function deliver(outside: DrainPorts, due: DueDelivery): Promise<AttemptOutcome> {
  const verdict = await attempt(outside, due);
  await outside.settle(due, verdict);
  return verdict;
}

async function attempt(outside: DrainPorts, due: DueDelivery): Promise<AttemptOutcome> {
  try {
    outside.check(due.url);
    const init = await requestOf(due, await outside.secretsOf(due), outside.now());
    const answer = await outside.post(due.url, init);
    await answer.body?.cancel();
    return outcomeOfStatus(answer.status, due.attempts);
  } catch (error) {
    const timedOut = isTimeout(error);
    return failure({ error: sentenceFor(error, timedOut), responseStatus: null, timedOut }, due.attempts);
  }
}

/** The same body on every attempt: only the moment, and so the signature, is another. */
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

/** What the owner reads: never the text of a network error, which may tell of what lies inside. */
function sentenceFor(error: unknown, timedOut: boolean): string {
  if (isAppError(error)) return error.detail;
  return timedOut ? `No answer within ${attemptTimeoutMs / 1_000} s.` : "The address could not be reached.";
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");

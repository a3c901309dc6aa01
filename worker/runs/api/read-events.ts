import type { Context } from "../../accounts/index.ts";
import type { EventPage } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callerHeaders, credentialEnded } from "../feeds/callers.ts";
import type { EventsAnswer } from "../session.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import type { RunRow } from "../store.ts";
import { findRun } from "./get-run.ts";
import { runLocationCache } from "./run-location-cache.ts";

const maxEvents = 1_000;
const defaultEvents = 500;

type Range = { after: number; limit: number };

/** Reads `after` and `limit`. @throws AppError `invalid_after`, `invalid_limit` */
export function eventRange(query: { after?: string | undefined; limit?: string | undefined }): Range {
  const after =
    query.after === undefined || query.after === "" ? 0 : /^\d{1,9}$/.test(query.after) ? Number(query.after) : -1;
  if (after < 0) throw new AppError("invalid_after", "after must be an event's number; 0 is the beginning.");
  const limit = query.limit === undefined ? defaultEvents : /^\d{1,4}$/.test(query.limit) ? Number(query.limit) : 0;
  if (limit < 1 || limit > maxEvents)
    throw new AppError("invalid_limit", `limit must be a number from 1 to ${maxEvents}.`);
  return { after, limit };
}

type Asked = { id: string; after: number; limit: number };

/**
 * A page of a run's events.
 * @throws AppError `not_found`, `invalid_after` beyond the newest event, `events_trimmed`
 */
export async function readEvents(context: Context, env: SessionEnv, asked: Asked): Promise<EventPage> {
  const { events, lastSeq, ended } = await ask(context, env, asked);
  const nextAfter = events.at(-1)?.seq ?? asked.after;
  return { data: events, nextAfter, upToDate: nextAfter >= lastSeq, closed: ended && nextAfter >= lastSeq };
}

/**
 * The live stream of a run's events after `after`; null where the run has ended and there is nothing after that.
 * @throws AppError `not_found`, `invalid_after` beyond the newest event, `events_trimmed`
 */
export async function streamEvents(
  context: Context,
  env: SessionEnv,
  { id, after }: Omit<Asked, "limit">,
): Promise<Response | null> {
  const known = runLocationCache.get(id, context.actor.ownerId);
  const answer = known && (await streamOf(context, env, { id, ...known }, after));
  // What a Session does not know may have been deleted, trimmed or not begun: the database tells which.
  if (answer && answer.status !== 404) return opened(answer);
  const row = await findAndCache(context, id);
  const again = await streamOf(context, env, row, after);
  if (again.status !== 404) return opened(again);
  return isWhollyRead(row, after) ? null : throwUnknown(row);
}

function opened(answer: Response): Response | null {
  if (answer.status === 401) throw credentialEnded();
  if (answer.status === 416) return throwBeyond(Number(answer.headers.get("X-Last-Seq")));
  return answer.status === 204 ? null : answer;
}

/** The stream of a run that has just been started, from its beginning. */
export function streamOf(
  { actor }: Pick<Context, "actor">,
  env: SessionEnv,
  run: { id: string; projectId: string },
  after = 0,
): Promise<Response> {
  const headers = callerHeaders(actor);
  return askSession(env, run.projectId, (session) =>
    session.fetch(`https://session/${run.id}?after=${after}`, { headers }),
  );
}

type PageAnswer = Extract<EventsAnswer, { outcome: "page" }>;

async function ask(context: Context, env: SessionEnv, { id, after, limit }: Asked): Promise<PageAnswer> {
  const read = ({ projectId }: { projectId: string }): Promise<EventsAnswer> =>
    askSession(env, projectId, async (session): Promise<EventsAnswer> => session.events(id, after, limit));
  const known = runLocationCache.get(id, context.actor.ownerId);
  const answer: EventsAnswer | null = known && (await read(known));
  if (answer && answer.outcome !== "unknown") return paged(answer);
  const row = await findAndCache(context, id);
  const again: EventsAnswer = await read(row);
  if (again.outcome !== "unknown") return paged(again);
  if (isWhollyRead(row, after)) return { outcome: "page", events: [], lastSeq: after, ended: true };
  return throwUnknown(row);
}

const paged = (answer: Exclude<EventsAnswer, { outcome: "unknown" }>): PageAnswer =>
  answer.outcome === "page" ? answer : throwBeyond(answer.lastSeq);

async function findAndCache(context: Context, id: string): Promise<RunRow> {
  const row = await findRun(context, id);
  runLocationCache.set(id, row);
  return row;
}

/** Whether the log that is no longer kept would have nothing new. */
const isWhollyRead = ({ endedAt, lastSeq }: RunRow, after: number): boolean =>
  endedAt !== null && after > 0 && after === lastSeq;

function throwUnknown({ endedAt }: RunRow): never {
  if (endedAt !== null)
    throw new AppError("events_trimmed", "This run's events have expired. Its messages are still available.");
  throw new AppError("start_lost", "This run hasn't started yet. Try again.", { retryAfter: 2 });
}

function throwBeyond(lastSeq: number): never {
  throw new AppError("invalid_after", `after is beyond the newest event, which is ${lastSeq}.`, {
    members: { lastSeq },
  });
}

import type { Context } from "../../accounts/index.ts";
import type { EventPage } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callerHeaders, credentialEnded } from "../feeds/callers.ts";
import type { EventsAnswer } from "../log/event-page.ts";
import { askSession, type SessionEnv } from "../session-client.ts";
import type { RunRow } from "../store.ts";
import { findRun } from "./get-run.ts";
import { runLocationCache } from "./run-location-cache.ts";

const maxEvents = 1_000;
const defaultEvents = 500;

type Range = { after: number; limit: number };

/**
 * Parses the query parameters `after` and `limit`.
 * @throws AppError `invalid_after`, `invalid_limit`
 */
export function eventRange(query: { after?: string | undefined; limit?: string | undefined }): Range {
  const after =
    query.after === undefined || query.after === "" ? 0 : /^\d{1,9}$/.test(query.after) ? Number(query.after) : -1;
  if (after < 0) throw new AppError("invalid_after", "after must be an event's number; 0 is the beginning.");
  const limit = query.limit === undefined ? defaultEvents : /^\d{1,4}$/.test(query.limit) ? Number(query.limit) : 0;
  if (limit < 1 || limit > maxEvents)
    throw new AppError("invalid_limit", `limit must be a number from 1 to ${maxEvents}.`);
  return { after, limit };
}

type EventsRequest = { id: string; after: number; limit: number };

/**
 * Returns a page of a run's events.
 * @throws AppError `not_found`, `invalid_after` beyond the newest event, `events_trimmed`
 */
export async function readEvents(context: Context, env: SessionEnv, request: EventsRequest): Promise<EventPage> {
  const { events, lastSeq, ended } = await readPage(context, env, request);
  const nextAfter = events.at(-1)?.seq ?? request.after;
  return { data: events, nextAfter, upToDate: nextAfter >= lastSeq, closed: ended && nextAfter >= lastSeq };
}

/**
 * Opens the live stream of a run's events after `after`.
 * @returns the SSE response; null when the run has ended and has no event after `after`
 * @throws AppError `not_found`, `invalid_after` beyond the newest event, `events_trimmed`
 */
export async function streamEvents(
  context: Context,
  env: SessionEnv,
  { id, after }: Omit<EventsRequest, "limit">,
): Promise<Response | null> {
  const location = runLocationCache.get(id, context.actor.ownerId);
  const response = location && (await streamOf(context, env, { id, ...location }, after));
  // A run that the Session does not know may be deleted, trimmed or not dispatched yet: the database decides.
  if (response && response.status !== 404) return opened(response);
  const row = await findAndCache(context, id);
  const retried = await streamOf(context, env, row, after);
  if (retried.status !== 404) return opened(retried);
  return isWhollyRead(row, after) ? null : throwUnknown(row);
}

function opened(response: Response): Response | null {
  if (response.status === 401) throw credentialEnded();
  if (response.status === 416) return throwBeyond(Number(response.headers.get("X-Last-Seq")));
  return response.status === 204 ? null : response;
}

/**
 * Opens a run's stream at its Session.
 * @returns the Session's response: 200 with the stream, 204, 401, 404 or 416
 */
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

type SessionPage = Extract<EventsAnswer, { outcome: "page" }>;

async function readPage(context: Context, env: SessionEnv, { id, after, limit }: EventsRequest): Promise<SessionPage> {
  const read = ({ projectId }: { projectId: string }): Promise<EventsAnswer> =>
    askSession(env, projectId, async (session): Promise<EventsAnswer> => session.events(id, after, limit));
  const location = runLocationCache.get(id, context.actor.ownerId);
  const result: EventsAnswer | null = location && (await read(location));
  if (result && result.outcome !== "unknown") return paged(result);
  const row = await findAndCache(context, id);
  const retried: EventsAnswer = await read(row);
  if (retried.outcome !== "unknown") return paged(retried);
  if (isWhollyRead(row, after)) return { outcome: "page", events: [], lastSeq: after, ended: true };
  return throwUnknown(row);
}

const paged = (result: Exclude<EventsAnswer, { outcome: "unknown" }>): SessionPage =>
  result.outcome === "page" ? result : throwBeyond(result.lastSeq);

async function findAndCache(context: Context, id: string): Promise<RunRow> {
  const row = await findRun(context, id);
  runLocationCache.set(id, row);
  return row;
}

/** Whether the client has read every event of a run whose log has been trimmed. */
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

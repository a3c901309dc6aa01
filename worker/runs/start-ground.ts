import { type SQL, sql } from "drizzle-orm";
import type { FileEntry, Message } from "../contract/index.ts";
import type { Database } from "../database/index.ts";

/** How many earlier messages an agent is told; older ones are read on demand by a person, not by a model. */
export const historyMessages = 40;

/** With more than this (as it is stored) the Session reads for itself: the API Worker need not carry it to a run that may never begin. */
const mostBytes = 100_000;
const mostFiles = 500;

/** All that starting a run asks of a project, and what the run itself will ask first. */
export type StartGround = {
  name: string;
  /** The owner's daily budget in micro-dollars; null means the plan's. */
  budget: number | null;
  /** What of today's budget is spent or set aside, in micro-dollars. */
  taken: number;
  /** The project's own agents, as they were stored. */
  agents: unknown[];
  head: number;
  /** Null where there are too many to go along. */
  files: FileEntry[] | null;
  /** The newest, oldest first; null where they are too long to go along. */
  messages: Message[] | null;
};

/** What a run is told of its project before its first step. */
export type Beginning = { head: number; files: FileEntry[]; messages: Message[] };

type Key = { projectId: string; ownerId: string | SQL; day: string };

/** A `StartGround` as an expression, for a statement that knows the owner; NULL where the project is not the owner's. */
export const startGround = ({ projectId, ownerId, day }: Key): SQL<StartGround | null> => sql`start_ground(
  ${projectId}, ${ownerId}, ${day}::date, ${mostFiles}::int, ${historyMessages}::int, ${mostBytes}::int)`;

export const selectStartGround = (db: Database, key: Key) =>
  db.execute<{ ground: StartGround | null }>(sql`SELECT ${startGround(key)} AS ground`);

/** What of it a run can begin with; null where that is too much to hand over. */
export const beginningOf = ({ head, files, messages }: StartGround): Beginning | null =>
  files && messages && { head, files, messages };

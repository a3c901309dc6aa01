import { type SQL, sql } from "drizzle-orm";
import type { FileEntry, Message } from "../contract/index.ts";
import { BoundedCache, type Database } from "../database/index.ts";

/** How many earlier messages an agent is told; older ones are read on demand by a person, not by a model. */
export const historyMessages = 40;

/** With more than this (as it is stored) the Session reads for itself: the API Worker need not carry it to a run that may never begin. */
const mostBytes = 100_000;
const mostFiles = 500;

/** All that starting a run asks of a project, and what the run itself will ask first. */
export type StartGround = {
  /** Names what a start is decided by (`name`, `budget`, `agents`): another one where any of it is another. */
  mark: string;
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

/** How much of it a `StartGround` holds at most, as the database's functions take it. */
export const groundLimits: SQL = sql`${mostFiles}::int, ${historyMessages}::int, ${mostBytes}::int`;

/** A `StartGround` as an expression, for a statement that knows the owner; NULL where the project is not the owner's. */
export const startGround = ({ projectId, ownerId, day }: Key): SQL<StartGround | null> => sql`start_ground(
  ${projectId}, ${ownerId}, ${day}::date, ${groundLimits})`;

export const selectStartGround = (db: Database, key: Key) =>
  db.execute<{ ground: StartGround | null }>(sql`SELECT ${startGround(key)} AS ground`);

/** What of it a run can begin with; null where that is too much to hand over. */
export const beginningOf = ({ head, files, messages }: StartGround): Beginning | null =>
  files && messages && { head, files, messages };

/** What of a ground a start is decided by, whatever else has happened in the project since. */
export type KnownGround = Pick<StartGround, "mark" | "name" | "budget" | "agents">;

/** A thousand with as much as that in agents of their own are what an isolate has room for. */
const grounds = new BoundedCache<KnownGround>(1_000);
const mostAgents = 10_000;

const keyOf = (ownerId: string, projectId: string): string => `${ownerId} ${projectId}`;

/** What this isolate found when a run of the project was started last. A guess, which the note of the next one checks. */
export const knownGrounds = {
  find: (ownerId: string, projectId: string): KnownGround | null => grounds.get(keyOf(ownerId, projectId)),
  note(ownerId: string, projectId: string, { mark, name, budget, agents }: StartGround): void {
    if (agents.length > 0 && JSON.stringify(agents).length > mostAgents) this.forget(ownerId, projectId);
    else grounds.set(keyOf(ownerId, projectId), { mark, name, budget, agents });
  },
  forget: (ownerId: string, projectId: string): void => grounds.delete(keyOf(ownerId, projectId)),
};

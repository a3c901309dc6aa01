import { type SQL, sql } from "drizzle-orm";
import type { FileEntry, Message } from "../../contract/index.ts";
import { BoundedCache, type Database } from "../../database/index.ts";

/** How many earlier messages an agent is told; older ones are read on demand by a person, not by a model. */
export const historyMessages = 40;

/** With more than this (as it is stored) the Session reads for itself: the API Worker need not carry it to a run that may never begin. */
const maxBytes = 100_000;
const maxFiles = 500;

/** Everything the start of a run reads of a project, and what the run itself reads first. */
export type ProjectSnapshot = {
  /** The fingerprint of what a start depends on (`name`, `budget`, `agents`): it changes with any of them. */
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

/** What a run knows of its project before its first step. */
export type RunContext = { head: number; files: FileEntry[]; messages: Message[] };

type Key = { projectId: string; ownerId: string | SQL; day: string };

/** The limits of a `ProjectSnapshot`, as arguments of the database's functions. */
export const snapshotLimits: SQL = sql`${maxFiles}::int, ${historyMessages}::int, ${maxBytes}::int`;

/** A `ProjectSnapshot` as an expression, for a statement that knows the owner; NULL when the project is not the owner's. */
export const projectSnapshot = ({ projectId, ownerId, day }: Key): SQL<ProjectSnapshot | null> => sql`project_snapshot(
  ${projectId}, ${ownerId}, ${day}::date, ${snapshotLimits})`;

export const selectProjectSnapshot = (db: Database, key: Key) =>
  db.execute<{ snapshot: ProjectSnapshot | null }>(sql`SELECT ${projectSnapshot(key)} AS snapshot`);

/** @returns the part of a snapshot that goes along with the run; null when it is too large */
export const runContextOf = ({ head, files, messages }: ProjectSnapshot): RunContext | null =>
  files && messages && { head, files, messages };

/** The part of a snapshot that a start depends on, whatever else has changed in the project since. */
export type CachedSnapshot = Pick<ProjectSnapshot, "mark" | "name" | "budget" | "agents">;

/** A thousand with as much as that in agents of their own are what an isolate has room for. */
const entries = new BoundedCache<CachedSnapshot>(1_000);
const maxAgents = 10_000;

const keyOf = (ownerId: string, projectId: string): string => `${ownerId} ${projectId}`;

/** What this isolate read when a run of the project was started last. It may be stale; the INSERT of the next run verifies it. */
export const snapshotCache = {
  get: (ownerId: string, projectId: string): CachedSnapshot | null => entries.get(keyOf(ownerId, projectId)),
  set(ownerId: string, projectId: string, { mark, name, budget, agents }: ProjectSnapshot): void {
    if (agents.length > 0 && JSON.stringify(agents).length > maxAgents) this.delete(ownerId, projectId);
    else entries.set(keyOf(ownerId, projectId), { mark, name, budget, agents });
  },
  delete: (ownerId: string, projectId: string): void => entries.delete(keyOf(ownerId, projectId)),
};

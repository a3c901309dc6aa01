import { type SQL, sql } from "drizzle-orm";
import type { FileEntry, Message } from "../../contract/index.ts";
import { BoundedCache, type Database } from "../../database/index.ts";

/** The maximum number of earlier messages in an agent's context. */
export const historyMessages = 40;

/**
 * Limits above which the Session reads the files and messages itself, so that the API Worker does not transfer them for a
 * run that may never start.
 */
const maxBytes = 100_000;
const maxFiles = 500;

/** All the data of a project that the start of a run reads, and the first data that the run itself reads. */
export type ProjectSnapshot = {
  /**
   * The fingerprint of the fields that a start depends on (`name`, `budget`, `agents`); it changes with any of them.
   */
  mark: string;
  name: string;
  /** The owner's daily budget in micro-dollars; null means the plan's. */
  budget: number | null;
  /** Micro-dollars of today's budget that are spent or reserved. */
  taken: number;
  /** The project's own agents, as stored. */
  agents: unknown[];
  head: number;
  /** Null when there are more than `maxFiles`. */
  files: FileEntry[] | null;
  /** The newest messages, oldest first; null when they exceed `maxBytes`. */
  messages: Message[] | null;
};

/** The part of a project that a run needs before its first step. */
export type RunContext = { head: number; files: FileEntry[]; messages: Message[] };

type Key = { projectId: string; ownerId: string | SQL; day: string };

/** The limits of a `ProjectSnapshot`, as SQL arguments. */
export const snapshotLimits: SQL = sql`${maxFiles}::int, ${historyMessages}::int, ${maxBytes}::int`;

/**
 * Returns a `ProjectSnapshot` as an SQL expression, for a statement that knows the owner; NULL when the project is not
 * the owner's.
 */
export const projectSnapshot = ({ projectId, ownerId, day }: Key): SQL<ProjectSnapshot | null> => sql`project_snapshot(
  ${projectId}, ${ownerId}, ${day}::date, ${snapshotLimits})`;

/** Selects a `ProjectSnapshot`. */
export const selectProjectSnapshot = (db: Database, key: Key) =>
  db.execute<{ snapshot: ProjectSnapshot | null }>(sql`SELECT ${projectSnapshot(key)} AS snapshot`);

/** Returns the part of a snapshot that is sent with the run; null when it exceeds the limits. */
export const runContextOf = ({ head, files, messages }: ProjectSnapshot): RunContext | null =>
  files && messages && { head, files, messages };

/** The part of a snapshot that a start depends on, independent of other changes in the project. */
export type CachedSnapshot = Pick<ProjectSnapshot, "mark" | "name" | "budget" | "agents">;

/** An isolate has room for 1,000 entries of at most `maxAgents` characters of own agents each. */
const entries = new BoundedCache<CachedSnapshot>(1_000);
const maxAgents = 10_000;

const keyOf = (ownerId: string, projectId: string): string => `${ownerId} ${projectId}`;

/**
 * Caches the snapshot that this isolate read at the project's last start. It may be stale: the INSERT of the next run
 * verifies it.
 */
export const snapshotCache = {
  get: (ownerId: string, projectId: string): CachedSnapshot | null => entries.get(keyOf(ownerId, projectId)),
  set(ownerId: string, projectId: string, { mark, name, budget, agents }: ProjectSnapshot): void {
    if (agents.length > 0 && JSON.stringify(agents).length > maxAgents) this.delete(ownerId, projectId);
    else entries.set(keyOf(ownerId, projectId), { mark, name, budget, agents });
  },
  delete: (ownerId: string, projectId: string): void => entries.delete(keyOf(ownerId, projectId)),
};

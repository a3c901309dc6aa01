// An independent checker: it trusts neither the API nor its responses, only the tables.
import { Client } from "pg";
import { isCounterFile, isSingleIncrement } from "./counter-file.ts";
import {
  type Acknowledged,
  bytesOf,
  type ClientLog,
  type Entry,
  type History,
  hashesOf,
  type Revision,
  readHistory,
  sha256,
} from "./history.ts";

/** A violated invariant. */
export type Broken =
  | "linear history"
  | "tree is history"
  | "content by hash"
  | "all or nothing"
  | "exactly once"
  | "nothing unanswered"
  | "acknowledged is kept"
  | "refused is not applied"
  | "no lost update"
  | "outbox";
export type Finding = { broken: Broken; detail: string };

type Rule = (history: History, claims: ClientLog) => Iterable<string>;

const rules: [Broken, Rule][] = [
  ["linear history", gapsOf],
  ["linear history", forksOf],
  ["linear history", misnamedOf],
  ["tree is history", treeFaultsOf],
  ["content by hash", contentFaultsOf],
  ["all or nothing", partsOf],
  ["all or nothing", statFaultsOf],
  ["all or nothing", unfinishedOf],
  ["exactly once", repeatsOf],
  ["nothing unanswered", straysOf],
  ["acknowledged is kept", lossesOf],
  ["refused is not applied", ghostsOf],
  ["no lost update", lostUpdatesOf],
  ["outbox", missingEventsOf],
];

/**
 * Checks a project's history against its writers' logs.
 * @returns all violations, empty when there are none
 */
export async function checkHistory(databaseUrl: string, projectId: string, claims: ClientLog): Promise<Finding[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return findingsOf(await readHistory(client, projectId), claims);
  } finally {
    await client.end();
  }
}

/** Returns all violations of the rules. */
export const findingsOf = (history: History, claims: ClientLog): Finding[] =>
  rules.flatMap(([broken, rule]) => [...rule(history, claims)].map((detail) => ({ broken, detail })));

function* gapsOf({ head, revisions }: History) {
  for (const [index, { number }] of revisions.entries()) {
    if (number !== index + 1) yield `revision ${number} stands in place ${index + 1}`;
  }
  if (head !== revisions.length) yield `the head is ${head}, of ${revisions.length} revisions`;
}

/** Each change must start from the content at which the previous change of its path ended. */
function* forksOf({ revisions }: History) {
  const now = new Map<string, string>();
  for (const { number, changes } of revisions) {
    for (const { path, before } of changes) {
      if (before !== (now.get(path) ?? null)) yield `revision ${number} did not find at ${path} what was there`;
    }
    for (const { path, after } of changes) {
      if (after === null) now.delete(path);
      else now.set(path, after);
    }
  }
}

/** A change's action must match its effect; a move takes the content of its source and leaves nothing there. */
function* misnamedOf({ revisions }: History) {
  for (const { number, changes } of revisions) {
    for (const { path, action, before, after, source } of changes) {
      const origin = changes.find((one) => one.path === source);
      const isRight = {
        created: before === null && after !== null,
        updated: before !== null && after !== null,
        deleted: before !== null && after === null,
        moved: source === null ? after === null : origin?.before === after && origin?.after === null,
      }[action];
      if (!isRight) yield `revision ${number} calls it ${action} what it did to ${path}`;
    }
  }
}

/** Replaying all changes from the start must yield the tree. */
function* treeFaultsOf({ revisions, tree }: History) {
  const made = new Map<string, Entry>();
  for (const { number, changes } of revisions) {
    for (const { path, after, bytes } of changes) {
      if (after === null) made.delete(path);
      else made.set(path, { path, sha256: after, bytes, revision: number });
    }
  }
  for (const entry of tree) {
    if (JSON.stringify(entry) !== JSON.stringify(made.get(entry.path)))
      yield `${entry.path} is not what history makes it`;
    made.delete(entry.path);
  }
  for (const path of made.keys()) yield `${path} is missing from the tree`;
}

function* contentFaultsOf({ revisions, blobs }: History) {
  for (const blob of blobs.values()) {
    const bytes = bytesOf(blob);
    if (sha256(bytes) !== blob.sha256 || bytes.length !== blob.bytes) yield `the content of ${blob.sha256} is another`;
  }
  for (const { number, changes } of revisions) {
    for (const { path, after, bytes } of changes) {
      if (after === null) continue;
      if (blobs.get(after)?.bytes !== bytes) yield `revision ${number} has no content of ${bytes} bytes for ${path}`;
    }
  }
}

/** A revision must change each path that its batch named, and no other. */
function* partsOf({ revisions }: History, { acknowledged }: ClientLog) {
  const requested = new Map(acknowledged.map(({ message, operations }) => [message, operations]));
  for (const { number, message, changes } of revisions) {
    const paths = requested.get(message)?.flatMap((one) => (one.op === "move" ? [one.path, one.to] : [one.path]));
    const changed = changes.map(({ path }) => path);
    if (changed.length === 0 || (paths && paths.sort().join() !== changed.sort().join()))
      yield `revision ${number} changed ${changed.join()} and was asked for ${paths?.join()}`;
  }
}

function* statFaultsOf({ revisions }: History) {
  for (const { number, created, updated, deleted, moved, changes } of revisions) {
    // A move is two changes; count the one at the new path.
    const count = (action: string) => changes.filter((one) => one.action === action).length;
    const counted = [count("created"), count("updated"), count("deleted"), count("moved") / 2];
    if (counted.join() !== [created, updated, deleted, moved].join()) yield `revision ${number} counts itself wrongly`;
  }
}

/** An operation's row must exist together with its revision or not at all. */
function* unfinishedOf({ revisions, operations }: History) {
  const byId = new Map(revisions.map((revision) => [revision.opId, revision]));
  for (const { id, revision } of operations) {
    if (revision === null || byId.get(id)?.number !== revision) yield `operation ${id} has no revision`;
    byId.delete(id);
  }
  for (const { number } of byId.values()) yield `revision ${number} has no operation`;
}

function* repeatsOf({ revisions }: History) {
  for (const [message, same] of Map.groupBy(revisions, (revision) => revision.message)) {
    if (same.length > 1) yield `"${message}" was applied as ${same.map(({ number }) => number).join(" and ")}`;
  }
  for (const [opId, same] of Map.groupBy(revisions, (revision) => revision.opId)) {
    if (same.length > 1) yield `operation ${opId} has ${same.length} revisions`;
  }
}

function* straysOf({ revisions }: History, { acknowledged }: ClientLog) {
  const acknowledgedMessages = new Set(acknowledged.map(({ message }) => message));
  for (const { number, message } of revisions) {
    if (!acknowledgedMessages.has(message)) yield `nobody was told of revision ${number}, "${message}"`;
  }
}

function* lossesOf({ revisions }: History, { acknowledged }: ClientLog) {
  for (const claim of acknowledged) {
    const kept = revisions[claim.revision - 1];
    if (kept?.opId !== claim.opId || kept.message !== claim.message) yield `"${claim.message}" is lost`;
    else if (!holds(kept, claim)) yield `"${claim.message}" is kept with another content`;
  }
}

/** Whether a revision matches the response and, unless it was merged, the request. */
function holds({ changes }: Revision, { isMerge, operations, ...answer }: Acknowledged): boolean {
  const after = new Map(changes.map((change) => [change.path, change.after]));
  const isAnswered = answer.changes.every((change) => after.get(change.path) === change.sha256);
  return isAnswered && (isMerge || [...hashesOf(operations)].every(([path, hash]) => after.get(path) === hash));
}

function* ghostsOf({ revisions }: History, { refused }: ClientLog) {
  const names = new Set(refused);
  for (const { number, message } of revisions) {
    if (names.has(message)) yield `"${message}" was refused and stands as revision ${number}`;
  }
}

function* lostUpdatesOf({ revisions, blobs }: History) {
  const text = (hash: string) => blobs.get(hash)?.content ?? "";
  for (const { number, changes } of revisions) {
    for (const { path, before, after } of changes) {
      if (!isCounterFile(path) || before === null || after === null) continue;
      if (!isSingleIncrement(text(before), text(after)))
        yield `revision ${number} overwrote another's change of ${path}`;
    }
  }
}

/** Each revision must have one event, with its number and its number of paths. */
function* missingEventsOf({ revisions, events }: History) {
  const byNumber = Map.groupBy(events, ({ revision }) => revision);
  for (const { number, changes } of revisions) {
    const [event, ...more] = byNumber.get(number) ?? [];
    const left = changes.filter(({ action, after }) => action !== "moved" || after !== null).length;
    if (event === undefined) yield `nothing tells of revision ${number}`;
    else if (more.length > 0) yield `${more.length + 1} events tell of revision ${number}`;
    else if (event.paths !== left) yield `the event of revision ${number} tells of ${event.paths} paths, not ${left}`;
    byNumber.delete(number);
  }
  for (const number of byNumber.keys()) yield `an event tells of revision ${number}, which is none`;
}

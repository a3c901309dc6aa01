import { z } from "zod";
import { BoundedCache } from "./bounded-cache.ts";

const statement = z.object({ query: z.string() });
const request = z.union([z.object({ queries: z.array(statement) }), statement]);

/** A call of a function as the whole query: `SELECT apply_batch(…)`. */
const calledFunction = /^\s*SELECT\s+(?:\*\s+FROM\s+|[\w, ]+\s+FROM\s+)?"?([a-z_]\w*)"?\s*\(/i;
/** The first table that a statement names. */
const firstTable = /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|FROM)\s+(?:"?public"?\.)?"?([a-z_]\w*)"?/i;
const maxNames = 5;

/**
 * Names the statements of a request to the database by function or table. Values never become part of a name: they are
 * parameters, and only identifiers are taken from the text.
 * @param body the body that the driver sends
 * @returns the names, such as `apply_batch` or `select run`, without repetitions
 */
export function statementNames(body: unknown): string {
  const parsed = request.safeParse(typeof body === "string" ? JSON.parse(body) : null);
  if (!parsed.success) return "unknown";
  const statements = "queries" in parsed.data ? parsed.data.queries : [parsed.data];
  const names = [...new Set(statements.map(({ query }) => nameOf(query)))];
  return names.length > maxNames ? `${names.slice(0, maxNames).join(", ")} and others` : names.join(", ");
}

/** The length of a body's beginning that contains the text of its first statement; a batch of files is megabytes long. */
const readCharacters = 2_000;
const beforeText = '"query":"';
/** Ends the text in the driver's body; within a text, quotes are escaped. */
const afterText = '","params"';

/** Caches names by statement text. Values are parameters, so an isolate sends the same few hundred texts. */
const knownNames = new BoundedCache<string>(500);

/**
 * Names the first statement of a request to the database from the beginning of its body, without parsing it all.
 * @param body the body that the driver sends
 * @returns the name, such as `apply_batch` or `select run`
 */
export function firstStatementName(body: unknown): string {
  const beginning = typeof body === "string" ? body.slice(0, readCharacters) : "";
  const at = beginning.indexOf(beforeText);
  if (at === -1) return "unknown";
  const from = at + beforeText.length;
  const end = beginning.indexOf(afterText, from);
  const text = beginning.slice(from, end === -1 ? readCharacters : end);
  const known = knownNames.get(text);
  if (known !== null) return known;
  const name = nameOf(text.replace(/\\[nrt]/g, " ").replaceAll('\\"', '"'));
  // A copy, since a slice would keep its whole body in memory.
  knownNames.set(` ${text}`.slice(1), name);
  return name;
}

function nameOf(query: string): string {
  const called = calledFunction.exec(query)?.[1];
  if (called !== undefined) return called.toLowerCase();
  const [, verb = "", table] = firstTable.exec(query) ?? [];
  if (table === undefined) return "statement";
  const isRead = verb.toUpperCase() === "FROM";
  return `${isRead ? "select" : (verb.split(/\s/)[0] ?? "").toLowerCase()} ${table.toLowerCase()}`;
}

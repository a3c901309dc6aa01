import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal.ts";

export type Statement = { query: string; params: (string | null)[] };

/** A parsed request: its database, its mode, and one statement or a transaction of many. */
export type SqlRequest = {
  connectionString: string;
  arrayMode: boolean;
  rawText: boolean;
  statements: Statement[];
  /** The statement that opens the transaction; undefined for a single statement. */
  begin: string | undefined;
};

const ISOLATION: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/**
 * Parses headers and body.
 * @throws Refusal 400 for requests that Neon's proxy rejects too
 */
export function parseRequest(headers: IncomingHttpHeaders, body: string): SqlRequest {
  const payload = parseJson(body);
  const batch = isRecord(payload) && Array.isArray(payload.queries) ? payload.queries : undefined;
  const connectionString = header(headers, "neon-connection-string");
  if (connectionString === undefined) throw new Refusal(400, "missing header: neon-connection-string");
  return {
    connectionString,
    arrayMode: header(headers, "neon-array-mode") === "true",
    rawText: header(headers, "neon-raw-text-output") === "true",
    statements: (batch ?? [payload]).map(parseStatement),
    begin: batch && beginStatement(headers),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, "could not parse the HTTP request body: it is not JSON");
  }
}

function parseStatement(entry: unknown): Statement {
  if (!isRecord(entry) || typeof entry.query !== "string") {
    throw new Refusal(
      400,
      "could not parse the HTTP request body: data did not match any variant of untagged enum Payload",
    );
  }
  const params = Array.isArray(entry.params) ? entry.params : [];
  return { query: entry.query, params: params.map(toText) };
}

function beginStatement(headers: IncomingHttpHeaders): string {
  const level = header(headers, "neon-batch-isolation-level");
  const isolation = level === undefined ? undefined : ISOLATION[level];
  if (level !== undefined && isolation === undefined) throw new Refusal(400, "invalid isolation level");
  const readOnly = header(headers, "neon-batch-read-only") === "true";
  const deferrable = header(headers, "neon-batch-deferrable") === "true";
  const modes = [isolation && `ISOLATION LEVEL ${isolation}`, readOnly && "READ ONLY", deferrable && "DEFERRABLE"];
  return `START TRANSACTION ${modes.filter(Boolean).join(", ")}`.trim();
}

/** Converts a parameter to untyped text by the proxy's rules: PostgreSQL alone infers its type from the statement. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return toArrayText(value);
  return JSON.stringify(value);
}

function toArrayText(values: unknown[]): string {
  const element = (value: unknown): string => {
    if (value === null) return "NULL";
    if (Array.isArray(value)) return toArrayText(value);
    return JSON.stringify(typeof value === "object" ? JSON.stringify(value) : value);
  };
  return `{${values.map(element).join(",")}}`;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

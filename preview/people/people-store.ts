import type { PersonRecord, VisitorAccess } from "../../worker/contract/people-rpc.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

export type PersonRow = {
  id: string;
  email: string;
  name: string;
  roles: string;
  password: string | null;
  created_at: number;
  joined_at: number | null;
  seen_at: number | null;
};

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles TEXT NOT NULL, password TEXT, created_at INTEGER NOT NULL, joined_at INTEGER, seen_at INTEGER) STRICT",
  "CREATE TABLE IF NOT EXISTS person_session (hash TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT",
  "CREATE INDEX IF NOT EXISTS person_session_person ON person_session (person_id, created_at)",
  "CREATE TABLE IF NOT EXISTS sign_in_token (hash TEXT PRIMARY KEY, email TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT",
  "CREATE TABLE IF NOT EXISTS sign_in_count (key TEXT PRIMARY KEY, ends_at INTEGER NOT NULL, count INTEGER NOT NULL) STRICT",
  "CREATE TABLE IF NOT EXISTS people_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
];

const PROVIDERS = [
  "CREATE TABLE person_identity (provider TEXT NOT NULL, subject TEXT NOT NULL, person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE, PRIMARY KEY (provider, subject)) STRICT",
  "CREATE INDEX person_identity_person ON person_identity (person_id)",
  "CREATE TABLE pending_sign_in (hash TEXT PRIMARY KEY, kind TEXT NOT NULL, data TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT",
];

/** The maximum number of people of an app. */
const MAX_PEOPLE = 10_000;
/** The maximum number of sessions of a person. The oldest end first. */
const MAX_SESSIONS = 20;
/** The maximum number of counters and of open tokens. A visitor can create a row of either for any address. */
const MAX_COUNTS = 20_000;

/**
 * Stores the people of one app in the platform's own database of its object. The app's code, a facet with another
 * database, cannot reach it. Stores tokens as hashes.
 */
export class PeopleStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    migrateSqlite(storage, "people", [FIRST_VERSION, PROVIDERS]);
  }

  access(): VisitorAccess {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM people_setting WHERE name = 'access'").toArray();
    return row?.value === "invited" ? "invited" : "everyone";
  }

  setAccess(access: VisitorAccess): void {
    this.#sql.exec("INSERT OR REPLACE INTO people_setting VALUES ('access', ?)", access);
  }

  list(after: string | null, limit: number): PersonRow[] {
    return this.#sql
      .exec<PersonRow>("SELECT * FROM person WHERE id > ? ORDER BY id LIMIT ?", after ?? "", limit)
      .toArray();
  }

  byId(id: string): PersonRow | null {
    return this.#sql.exec<PersonRow>("SELECT * FROM person WHERE id = ?", id).toArray()[0] ?? null;
  }

  byEmail(email: string): PersonRow | null {
    return this.#sql.exec<PersonRow>("SELECT * FROM person WHERE email = ?", email).toArray()[0] ?? null;
  }

  hasRoom(): boolean {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM person").one().n < MAX_PEOPLE;
  }

  insert({ id, email, name, roles, created_at }: Omit<PersonRow, "password" | "joined_at" | "seen_at">): void {
    this.#sql.exec(
      "INSERT INTO person (id, email, name, roles, created_at) VALUES (?, ?, ?, ?, ?)",
      id,
      email,
      name,
      roles,
      created_at,
    );
  }

  update(id: string, { name, roles }: { name: string; roles: string }): void {
    this.#sql.exec("UPDATE person SET name = ?, roles = ? WHERE id = ?", name, roles, id);
  }

  setPassword(id: string, password: string): void {
    this.#sql.exec("UPDATE person SET password = ? WHERE id = ?", password, id);
  }

  /** Records a visit, and the first sign-in. */
  seen(id: string, at: number): void {
    this.#sql.exec("UPDATE person SET joined_at = coalesce(joined_at, ?), seen_at = ? WHERE id = ?", at, at, id);
  }

  remove(id: string, email: string): void {
    this.#sql.exec("DELETE FROM sign_in_token WHERE email = ?", email);
    this.#sql.exec("DELETE FROM person_session WHERE person_id = ?", id);
    this.#sql.exec("DELETE FROM person_identity WHERE person_id = ?", id);
    this.#sql.exec("DELETE FROM person WHERE id = ?", id);
  }

  byIdentity(provider: string, subject: string): PersonRow | null {
    const rows = this.#sql.exec<PersonRow>(
      "SELECT p.* FROM person_identity i JOIN person p ON p.id = i.person_id WHERE i.provider = ? AND i.subject = ?",
      provider,
      subject,
    );
    return rows.toArray()[0] ?? null;
  }

  /** Whether a person has signed in with an account of this provider. */
  hasIdentity(personId: string, provider: string): boolean {
    const sql = "SELECT 1 FROM person_identity WHERE person_id = ? AND provider = ?";
    return this.#sql.exec(sql, personId, provider).toArray().length > 0;
  }

  insertIdentity(provider: string, subject: string, personId: string): void {
    this.#sql.exec("INSERT INTO person_identity VALUES (?, ?, ?)", provider, subject, personId);
  }

  /** Stores a step of a sign-in with a provider until it is consumed. Evicts the oldest above the maximum. */
  insertPending(
    hash: string,
    kind: string,
    data: string,
    { now, expiresAt }: { now: number; expiresAt: number },
  ): void {
    this.#sql.exec("DELETE FROM pending_sign_in WHERE expires_at <= ?", now);
    this.#sql.exec("INSERT INTO pending_sign_in VALUES (?, ?, ?, ?)", hash, kind, data, expiresAt);
    this.#sql.exec(
      "DELETE FROM pending_sign_in WHERE hash IN (SELECT hash FROM pending_sign_in ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
      MAX_COUNTS,
    );
  }

  /** Reads and deletes a step of a sign-in, so that it is used once. */
  takePending(hash: string, kind: string, now: number): string | null {
    const rows = this.#sql.exec<{ data: string }>(
      "DELETE FROM pending_sign_in WHERE hash = ? AND kind = ? AND expires_at > ? RETURNING data",
      hash,
      kind,
      now,
    );
    return rows.toArray()[0]?.data ?? null;
  }

  insertSession(hash: string, personId: string, at: number, expiresAt: number): void {
    this.#sql.exec("DELETE FROM person_session WHERE expires_at <= ?", at);
    this.#sql.exec("INSERT INTO person_session VALUES (?, ?, ?, ?)", hash, personId, at, expiresAt);
    this.#sql.exec(
      "DELETE FROM person_session WHERE hash IN (SELECT hash FROM person_session WHERE person_id = ? ORDER BY created_at DESC, hash LIMIT -1 OFFSET ?)",
      personId,
      MAX_SESSIONS,
    );
  }

  /** Reads a session that has not expired, with its person. */
  session(hash: string, now: number): (PersonRow & { since: number }) | null {
    const rows = this.#sql.exec<PersonRow & { since: number }>(
      "SELECT p.*, s.created_at AS since FROM person_session s JOIN person p ON p.id = s.person_id WHERE s.hash = ? AND s.expires_at > ?",
      hash,
      now,
    );
    return rows.toArray()[0] ?? null;
  }

  endSession(hash: string): void {
    this.#sql.exec("DELETE FROM person_session WHERE hash = ?", hash);
  }

  /** Ends all of a person's sessions except one. */
  endSessions(personId: string, exceptHash: string | null): void {
    this.#sql.exec("DELETE FROM person_session WHERE person_id = ? AND hash IS NOT ?", personId, exceptHash);
  }

  insertToken(hash: string, email: string, now: number, expiresAt: number): void {
    this.#sql.exec("DELETE FROM sign_in_token WHERE expires_at <= ?", now);
    this.#sql.exec("INSERT INTO sign_in_token VALUES (?, ?, ?)", hash, email, expiresAt);
  }

  tokenEmail(hash: string, now: number): string | null {
    const rows = this.#sql.exec<{ email: string }>(
      "SELECT email FROM sign_in_token WHERE hash = ? AND expires_at > ?",
      hash,
      now,
    );
    return rows.toArray()[0]?.email ?? null;
  }

  /** Deletes all tokens of an address: one sign-in consumes them all. */
  deleteTokens(email: string): void {
    this.#sql.exec("DELETE FROM sign_in_token WHERE email = ?", email);
  }

  /** Counts an attempt in a fixed window, and returns the number of earlier attempts in it. */
  count(key: string, windowMs: number, now: number): number {
    const before = this.countOf(key, now);
    if (before === 0) {
      this.#sql.exec("DELETE FROM sign_in_count WHERE ends_at <= ?", now);
      this.#sql.exec("INSERT OR REPLACE INTO sign_in_count VALUES (?, ?, 1)", key, now + windowMs);
      this.#sql.exec(
        "DELETE FROM sign_in_count WHERE key IN (SELECT key FROM sign_in_count ORDER BY ends_at DESC LIMIT -1 OFFSET ?)",
        MAX_COUNTS,
      );
    } else this.#sql.exec("UPDATE sign_in_count SET count = count + 1 WHERE key = ?", key);
    return before;
  }

  countOf(key: string, now: number): number {
    const rows = this.#sql.exec<{ count: number }>(
      "SELECT count FROM sign_in_count WHERE key = ? AND ends_at > ?",
      key,
      now,
    );
    return rows.toArray()[0]?.count ?? 0;
  }

  forgetCount(key: string): void {
    this.#sql.exec("DELETE FROM sign_in_count WHERE key = ?", key);
  }
}

const moment = (at: number): string => new Date(at).toISOString();

/** Converts a row for the app's owner. */
export const toRecord = ({ id, email, name, roles, created_at, joined_at, seen_at }: PersonRow): PersonRecord => ({
  id,
  email,
  name,
  roles: JSON.parse(roles) as string[],
  status: joined_at === null ? "invited" : "active",
  createdAt: moment(created_at),
  lastSeenAt: seen_at === null ? null : moment(seen_at),
});

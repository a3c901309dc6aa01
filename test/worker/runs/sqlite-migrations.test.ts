import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { migrateSqlite } from "../../../worker/contract/index.ts";
import type { Session } from "../../../worker/index.ts";
import { createTables } from "../../../worker/runs/session-schema.ts";

const SESSIONS: DurableObjectNamespace<Session> = Reflect.get(env, "SESSIONS");

/** Returns the storage of a new Session, in the real runtime. */
const inStorage = (work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(SESSIONS.get(SESSIONS.newUniqueId()), (_, { storage }) => work(storage));

const versionOf = ({ sql }: DurableObjectStorage, component: string) =>
  sql.exec("SELECT version FROM schema_version WHERE component = ?", component).toArray()[0]?.version;

const first = ["CREATE TABLE IF NOT EXISTS note (text TEXT NOT NULL)"];
const second = ["ALTER TABLE note ADD COLUMN at INTEGER", "INSERT INTO note (text, at) VALUES ('second', 2)"];

describe("the schema of a Durable Object's SQLite", () => {
  it("A new session has the newest version of its tables", () =>
    inStorage((storage) => {
      expect(versionOf(storage, "session")).toBe(2);
    }));

  it("A session from before there were versions keeps its rows and gets the version", () =>
    inStorage((storage) => {
      storage.sql.exec("INSERT INTO deletion (id, at) VALUES (1, 5)");
      storage.sql.exec("DROP TABLE schema_version");
      storage.sql.exec("DROP TABLE summary");
      createTables(storage);
      expect(versionOf(storage, "session")).toBe(2);
      expect(storage.sql.exec("SELECT at FROM deletion").toArray()).toEqual([{ at: 5 }]);
    }));

  it("Each migration runs once and in its order, whatever version an object has", () =>
    inStorage((storage) => {
      migrateSqlite(storage, "test", [first]);
      storage.sql.exec("INSERT INTO note (text) VALUES ('kept')");
      for (let start = 0; start < 3; start++) migrateSqlite(storage, "test", [first, second]);
      const rows = storage.sql.exec("SELECT text, at FROM note ORDER BY text").toArray();
      expect(rows).toEqual([
        { text: "kept", at: null },
        { text: "second", at: 2 },
      ]);
      expect(versionOf(storage, "test")).toBe(2);
    }));

  it("A migration that fails leaves nothing behind and is tried again", () =>
    inStorage((storage) => {
      const broken = [...second, "INSERT INTO missing VALUES (1)"];
      expect(() => migrateSqlite(storage, "test", [first, broken])).toThrow("missing");
      expect(versionOf(storage, "test")).toBe(1);
      migrateSqlite(storage, "test", [first, second]);
      expect(storage.sql.exec("SELECT text FROM note").toArray()).toEqual([{ text: "second" }]);
    }));

  it("A version that is newer than the code is left as it is", () =>
    inStorage((storage) => {
      migrateSqlite(storage, "test", [first, second]);
      migrateSqlite(storage, "test", [first]);
      expect(versionOf(storage, "test")).toBe(2);
    }));
});

// Uses of a D1 database, run against a database of miniflare and one of ours: each case stands alone,
// because its source becomes a part of an app's server.

/** Resolves to the result of the work, or to the error that it ended with. */
export type Attempt = (work: () => unknown) => Promise<unknown>;

type D1Case = (db: D1Database, attempt: Attempt) => Promise<unknown>;

export const d1Cases: Record<string, D1Case> = {
  "returns rows as objects, as one row, as one value and as arrays": async (db) => {
    await db.prepare("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, done BOOLEAN)").run();
    const inserted = await db
      .prepare("INSERT INTO note (text, done) VALUES (?, ?), (?, ?)")
      .bind("a", true, "b", false)
      .run();
    const select = db.prepare("SELECT * FROM note WHERE id >= ?1 ORDER BY id");
    return [
      inserted,
      await select.bind(1).all(),
      await select.bind(1).run(),
      await select.bind(2).first(),
      await select.bind(2).first("text"),
      await select.bind(9).first(),
      await select.bind(9).first("text"),
      await select.bind(1).raw(),
      await select.bind(1).raw({ columnNames: true }),
      await select.bind(9).raw({ columnNames: true }),
      await select.bind(9).all(),
    ];
  },
  "stores and returns each type of value as D1 does": async (db, attempt) => {
    const values = [
      0,
      -0,
      1,
      1.5,
      -7,
      2 ** 53,
      1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "",
      "ä☃😀",
      "12",
      null,
      true,
      false,
      new Uint8Array([1, 2, 255]),
      new Uint8Array([1, 2]).buffer,
      new Uint8Array(0),
      new Uint16Array([1, 256]),
      new DataView(new ArrayBuffer(2)),
      [1, 2, 3],
      [],
      [300],
      ["a"],
      undefined,
      5n,
      Symbol("s"),
      new Date(0),
      {},
      () => 1,
    ];
    const seen: unknown[] = [];
    for (const value of values) {
      seen.push(
        await attempt(() => db.prepare("SELECT typeof(?1) AS type, ?1 AS value, ?1 || '' AS text").bind(value).first()),
      );
    }
    await db.exec("CREATE TABLE typed (t TEXT, i INTEGER, r REAL, b BLOB, n NUMERIC, x)");
    for (const value of [12, 12.5, "12", true, null])
      await db.prepare("INSERT INTO typed VALUES (?1, ?1, ?1, ?1, ?1, ?1)").bind(value).run();
    seen.push(
      await db.prepare("SELECT typeof(t), typeof(i), typeof(r), typeof(b), typeof(n), typeof(x), * FROM typed").raw(),
    );
    seen.push(
      await attempt(() =>
        db.prepare("SELECT 9223372036854775807 AS large, 1e999 AS infinite, x'00ff' AS bytes").first(),
      ),
    );
    return seen;
  },
  "reports changes, the last row's id and the rows it read and wrote": async (db) => {
    const answers: unknown[] = [];
    for (const sql of [
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)",
      "INSERT INTO t (v) VALUES ('a'), ('b'), ('c')",
      "SELECT * FROM t",
      "UPDATE t SET v = 'x' WHERE id > 1",
      "UPDATE t SET v = 'x' WHERE id > 99",
      "DELETE FROM t WHERE id = 1",
      "INSERT INTO t (v) VALUES ('d') RETURNING id, v",
      "INSERT INTO t (id, v) VALUES (40, 'e')",
      "CREATE INDEX by_v ON t (v)",
    ])
      answers.push([sql, await db.prepare(sql).all()]);
    return answers;
  },
  "applies a batch as a whole or not at all": async (db, attempt) => {
    await db.exec("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
    const insert = db.prepare("INSERT INTO item (name) VALUES (?)");
    const count = () => db.prepare("SELECT count(*) AS n FROM item").first("n");
    return [
      await db.batch([insert.bind("a"), insert.bind("b"), db.prepare("SELECT * FROM item")]),
      await attempt(() => db.batch([insert.bind("c"), insert.bind("a"), insert.bind("d")])),
      await count(),
      await attempt(() => db.batch([])),
      await attempt(() => db.batch([db.prepare("SELECT 1"), db.prepare("SELECT nothing")])),
    ];
  },
  "executes one statement a line": async (db, attempt) => {
    const results: unknown[] = [];
    for (const sql of [
      "CREATE TABLE line (n)",
      "INSERT INTO line VALUES (1)\nINSERT INTO line VALUES (2);",
      "INSERT INTO line VALUES (3); INSERT INTO line VALUES (4)",
      "CREATE TABLE other (\n  n\n)",
      "INSERT INTO line VALUES (5)\nINSERT INTO missing VALUES (6)",
      "-- a comment\nSELECT 1",
      "-- only a comment",
      "",
      "  \n ",
    ]) {
      results.push([
        sql,
        await attempt(async () => {
          const { count, duration } = await db.exec(sql);
          return [count, typeof duration];
        }),
      ]);
    }
    results.push(await db.prepare("SELECT group_concat(n) AS all_of_them FROM line").first());
    return results;
  },
  "says why a statement fails": async (db, attempt) => {
    await db.exec(
      "CREATE TABLE strict_one (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER CHECK (age > 0))",
    );
    await db.exec("INSERT INTO strict_one VALUES (1, 'a', 1)");
    const failed: unknown[] = [];
    for (const sql of [
      "SELECT * FROM nowhere",
      "CHOOSE 1",
      "SELECT (",
      "SELECT nothing FROM strict_one",
      "INSERT INTO strict_one VALUES (1, 'b', 1)",
      "INSERT INTO strict_one VALUES (2, 'a', 1)",
      "INSERT INTO strict_one VALUES (2, NULL, 1)",
      "INSERT INTO strict_one VALUES (2, 'b', 0)",
      "INSERT INTO strict_one VALUES (2)",
      "CREATE TABLE strict_one (a)",
      "BEGIN TRANSACTION",
      "COMMIT",
      "SAVEPOINT a",
      "ATTACH DATABASE 'x' AS y",
      "SELECT * FROM _cf_KV",
      "CREATE TABLE _cf_mine (a)",
      "VACUUM",
      "SELECT load_extension('x')",
      "CREATE TEMP TABLE temporary (a)",
      "",
      "   ",
      "-- nothing",
      "/* nothing */",
      ";",
      "SELECT ?",
      "SELECT :name",
      "SELECT 1; SELECT 2",
      "SELECT 1; SELECT ?",
      "SELECT 1;",
      "SELECT 1; -- after",
      "PRAGMA foreign_keys",
      "PRAGMA foreign_keys = off",
      "PRAGMA table_info(strict_one)",
      "PRAGMA journal_mode",
      "PRAGMA user_version = 4",
    ])
      failed.push([sql, await attempt(() => db.prepare(sql).all())]);
    return failed;
  },
  "counts the values that are bound": async (db, attempt) => [
    await attempt(() => db.prepare("SELECT ?, ?").bind(1).all()),
    await attempt(() => db.prepare("SELECT ?").bind(1, 2).all()),
    await attempt(() => db.prepare("SELECT 1").bind(1).all()),
    await attempt(() => db.prepare("SELECT ?2, ?1, ?2").bind("a", "b").raw()),
    await attempt(() => db.prepare("SELECT ?3").bind("a", "b", "c").raw()),
    await attempt(() => db.prepare("SELECT :a, @b, $c, :a").bind("a", "b", "c").raw()),
    await attempt(() => db.prepare('SELECT ?, \'?\', "?" FROM (SELECT 1 AS "?")').bind("a").raw()),
    await attempt(() => db.prepare("SELECT ?").bind(1).bind(2).raw()),
    await attempt(() =>
      db
        .prepare(`SELECT ${new Array(100).fill("?").join("+")}`)
        .bind(...new Array(100).fill(1))
        .raw(),
    ),
    await attempt(() =>
      db
        .prepare(`SELECT ${new Array(101).fill("?").join("+")}`)
        .bind(...new Array(101).fill(1))
        .raw(),
    ),
  ],
  "keeps columns of the same name apart as arrays": async (db) => {
    const joined = db.prepare("SELECT 1 AS id, 2 AS id, 3 AS name");
    return [await joined.all(), await joined.first(), await joined.raw({ columnNames: true }), await joined.run()];
  },
  "says that a column is not there": async (db, attempt) => {
    const one = db.prepare("SELECT 1 AS a, NULL AS b");
    return [
      await attempt(() => one.first("a")),
      await attempt(() => one.first("b")),
      await attempt(() => one.first("c")),
    ];
  },
  "enforces foreign keys, also at the end of a batch that defers them": async (db, attempt) => {
    await db.exec("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    await db.exec(
      "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE)",
    );
    const defer = db.prepare("PRAGMA defer_foreign_keys = on");
    const child = db.prepare("INSERT INTO child (parent) VALUES (?)");
    const parent = db.prepare("INSERT INTO parent VALUES (?)");
    return [
      await attempt(() => child.bind(1).run()),
      await db.batch([defer, child.bind(1), parent.bind(1)]),
      await db.prepare("DELETE FROM parent").run(),
      await db.prepare("SELECT count(*) AS n FROM child").first("n"),
    ];
  },
  "works in a session with bookmarks": async (db, attempt) => {
    await db.exec("CREATE TABLE seen (n)");
    const session = db.withSession();
    const before = session.getBookmark();
    const inserted = await session.prepare("INSERT INTO seen VALUES (1)").run();
    const after = session.getBookmark();
    const next = db.withSession(after ?? "");
    const [batched] = await next.batch([next.prepare("SELECT count(*) AS n FROM seen")]);
    const primary = db.withSession("first-primary");
    const shape = (bookmark: string | null) =>
      bookmark === null ? null : bookmark.replaceAll(/[0-9a-f]/g, "0").length;
    return [
      before,
      shape(after),
      inserted,
      next.getBookmark() !== null,
      (next.getBookmark() ?? "") >= (after ?? "x"),
      batched,
      primary.getBookmark(),
      await attempt(() => db.withSession("first-unconstrained").prepare("SELECT nothing").all()),
      await attempt(() => db.withSession("anything").prepare("SELECT 1 AS n").first()),
      await attempt(() => db.withSession("  ").getBookmark()),
      "exec" in session,
      "dump" in session,
    ];
  },
  "has D1's classes and shapes": async (db) => {
    const statement = db.prepare("SELECT ?").bind(1);
    return [
      db.constructor.name,
      statement.constructor.name,
      db.withSession().constructor.name,
      Object.keys(await statement.all()),
      Object.keys(await statement.run()),
      Object.keys((await statement.all()).meta).sort(),
      ["prepare", "batch", "exec", "dump", "withSession"].map((name) => typeof db[name as "prepare"]),
      ["bind", "first", "all", "run", "raw"].map((name) => typeof statement[name as "bind"]),
      JSON.stringify([statement, statement]) === JSON.stringify([statement]),
      typeof (await statement.all()).meta.duration,
    ];
  },
  "works behind the proxies of libraries that observe it": async (db) => {
    const observed = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, key) {
          const value: unknown = Reflect.get(object, key);
          return typeof value === "function"
            ? (...args: unknown[]) => {
                const result: unknown = Reflect.apply(value, observed(object), args);
                return typeof result === "object" && result !== null && "bind" in result ? observed(result) : result;
              }
            : value;
        },
      });
    const statement = observed(db).prepare("SELECT ? AS n");
    return [await statement.bind(1).first(), await observed(db).batch([statement.bind(2), statement.bind(3)])];
  },
  "takes long texts, many rows and the largest statement": async (db, attempt) => {
    await db.exec("CREATE TABLE long (id INTEGER PRIMARY KEY, text TEXT)");
    const text = "ä".repeat(500_000);
    await db.prepare("INSERT INTO long (text) VALUES (?)").bind(text).run();
    const many = await db
      .prepare(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n, n * 2 AS twice FROM c",
      )
      .all();
    return [
      (await db.prepare("SELECT text FROM long").first<string>("text")) === text,
      await attempt(() => db.prepare("INSERT INTO long (text) VALUES (?)").bind("x".repeat(2_100_000)).run()),
      many.results.length,
      many.results.at(-1),
      await attempt(() =>
        db
          .prepare(`SELECT '${"x".repeat(99_000)}' AS long`)
          .first()
          .then((row) => String(row?.long).length),
      ),
      await attempt(() => db.prepare(`SELECT '${"x".repeat(101_000)}' AS long`).first()),
      await attempt(() =>
        db.prepare(`CREATE TABLE wide (${Array.from({ length: 101 }, (_, n) => `c${n}`).join(", ")})`).run(),
      ),
    ];
  },
  "runs statements that are not awaited one by one": async (db) => {
    await db.exec("CREATE TABLE counter (n INTEGER)");
    await db.exec("INSERT INTO counter VALUES (0)");
    await Promise.all(Array.from({ length: 20 }, () => db.prepare("UPDATE counter SET n = n + 1").run()));
    return db.prepare("SELECT n FROM counter").first("n");
  },
  "knows SQLite's functions for JSON and full text": async (db, attempt) => [
    await attempt(() => db.prepare("SELECT json_extract(?, '$.a[1]') AS value").bind('{"a":[1,2]}').first()),
    await attempt(() => db.prepare("SELECT value FROM json_each('[1,\"b\",null]')").all()),
    await attempt(() => db.prepare("CREATE VIRTUAL TABLE words USING fts5(text)").run()),
    await attempt(() => db.prepare("INSERT INTO words VALUES ('the quick fox')").run()),
    await attempt(() => db.prepare("SELECT text FROM words WHERE words MATCH 'quick'").first()),
    await attempt(() => db.prepare("CREATE TRIGGER t AFTER INSERT ON words BEGIN SELECT 1; END").run()),
    await attempt(() => db.prepare("SELECT 'A' REGEXP 'a' AS matches").first()),
    await attempt(() =>
      db.prepare("SELECT sqlite_version() > '3.4' AS recent, datetime('2026-01-01', '+1 day') AS next").first(),
    ),
  ],
};

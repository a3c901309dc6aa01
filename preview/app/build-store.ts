import type { BuildReport, Diagnostic, ServedSize } from "../../worker/contract/preview-rpc.ts";
import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";
import type { KeptPlan, PlanStore } from "../packages/install-packages.ts";
import type { Asset } from "../project/assets.ts";
import { type BuildFacts, NO_FACTS } from "../project/build-facts.ts";
import type { CompiledApp } from "../project/compile-project.ts";
import type { ServerCode } from "../project/server.ts";

/** A stored build without the bodies of its assets, which are read on request. */
export type KeptBuild = { revision: number; report: BuildReport; server: ServerCode | null; facts: BuildFacts };
/** `revision`: the build that the asset belongs to. */
export type KeptAsset = Omit<Asset, "body"> & { revision: number };

/** A stored build's rows without its parts, and the number of those rows, for copying to another store. */
export type BuildCopy = {
  compiler: string;
  report: string;
  server: string | null;
  facts: string | null;
  assets: { address: string; content_type: string; etag: string }[];
  parts: number;
};
/** A part of a stored build's file; `row` orders the parts. */
export type CopiedPart = { row: number; name: string; number: number; body: ArrayBuffer };

/** Version of the compiler's output: a change rebuilds stored builds. */
const COMPILER = "14";
const KEPT_BUILDS = 4;
const KEPT_PLANS = 4;
/** The tables that contain rows of a build. */
const TABLES = ["build", "asset", "part", "facts"];
/** The bytes of a part: below the 2 MB limit of a row. */
const PART_BYTES = 1_500_000;
/** The maximum number of parts copied at once. Together they stay below the 32 MB limit of an RPC message. */
const COPIED_PARTS = 16;

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS build (revision INTEGER PRIMARY KEY, compiler TEXT NOT NULL, kept_at INTEGER NOT NULL, report TEXT NOT NULL, server TEXT, findings TEXT)",
  "CREATE TABLE IF NOT EXISTS asset (revision INTEGER, address TEXT, content_type TEXT NOT NULL, etag TEXT NOT NULL, PRIMARY KEY (revision, address))",
  "CREATE TABLE IF NOT EXISTS part (revision INTEGER, name TEXT, number INTEGER, body BLOB NOT NULL, PRIMARY KEY (revision, name, number))",
  "CREATE TABLE IF NOT EXISTS facts (revision INTEGER PRIMARY KEY, facts TEXT NOT NULL, sizes TEXT)",
  "CREATE TABLE IF NOT EXISTS plan (dependencies TEXT PRIMARY KEY, packages TEXT NOT NULL, kept_at INTEGER NOT NULL)",
];

/** Stores the builds of one project's newest revisions, and its package plans. */
export class BuildStore {
  readonly #sql: SqlStorage;
  readonly #transaction: (work: () => void) => void;
  readonly #keptBuilds: number;
  /** Compiler version and epoch of the builds that this store writes and reads. */
  readonly #version: string;

  /**
   * @param epoch BUILD_EPOCH; builds of another epoch are rebuilt. After a restore of the database to an earlier time,
   *   revision numbers repeat, and a stored build of the same number would contain other files.
   * @param keptBuilds maximum number of stored builds; the newest stay. A published app's builds are numbered by
   *   publication instead of revision.
   */
  constructor(storage: DurableObjectStorage, epoch: string, keptBuilds = KEPT_BUILDS) {
    this.#keptBuilds = keptBuilds;
    this.#version = epoch === "" ? COMPILER : `${COMPILER}.${epoch}`;
    this.#sql = storage.sql;
    this.#transaction = (work) => storage.transactionSync(work);
    migrateSqlite(storage, "builds", [FIRST_VERSION]);
  }

  /**
   * Reads a build.
   * @param version version of the compiler and epoch that the build must come from; null accepts any
   */
  get(revision: number, version: string | null = this.#version): KeptBuild | null {
    const row = this.#sql
      .exec<{ report: string; server: string | null }>(
        "SELECT report, server FROM build WHERE revision = ? AND compiler = coalesce(?, compiler)",
        revision,
        version,
      )
      .toArray()[0];
    if (row === undefined) return null;
    const server = row.server === null ? null : (JSON.parse(row.server) as Omit<ServerCode, "script" | "sourceMap">);
    return {
      revision,
      report: JSON.parse(row.report) as BuildReport,
      facts: this.#facts(revision),
      server: server && { ...server, ...this.#code(revision) },
    };
  }

  put(revision: number, app: CompiledApp): KeptBuild {
    this.#transaction(() => {
      this.#delete(revision);
      const server = app.server && JSON.stringify({ ...app.server, script: undefined, sourceMap: undefined });
      const report = JSON.stringify(app.report);
      this.#sql.exec(
        "INSERT INTO build VALUES (?, ?, ?, ?, ?, NULL)",
        revision,
        this.#version,
        Date.now(),
        report,
        server,
      );
      this.#sql.exec("INSERT INTO facts VALUES (?, ?, NULL)", revision, JSON.stringify(app.facts));
      if (app.server !== null) {
        this.#putParts(revision, "server.js", new TextEncoder().encode(app.server.script));
        this.#putParts(revision, "server.js.map", new TextEncoder().encode(app.server.sourceMap));
      }
      for (const { address, contentType, etag, body } of app.assets) {
        this.#sql.exec("INSERT INTO asset VALUES (?, ?, ?, ?)", revision, address, contentType, etag);
        this.#putParts(revision, address, body);
      }
      for (const { address, body } of app.maps) this.#putParts(revision, address, body);
      this.#trim();
    });
    return { revision, report: app.report, server: app.server, facts: app.facts };
  }

  /** Describes a build for another store; null when it is not stored. */
  copy(revision: number): BuildCopy | null {
    const [row] = this.#sql
      .exec<Omit<BuildCopy, "assets">>(
        `SELECT compiler, report, server, (SELECT facts FROM facts f WHERE f.revision = b.revision) AS facts,
          (SELECT count(*) FROM part p WHERE p.revision = b.revision) AS parts FROM build b WHERE revision = ?`,
        revision,
      )
      .toArray();
    if (row === undefined) return null;
    const assets = this.#sql.exec<BuildCopy["assets"][number]>(
      "SELECT address, content_type, etag FROM asset WHERE revision = ?",
      revision,
    );
    return { ...row, assets: assets.toArray() };
  }

  /**
   * Reads the next parts of a build after `row`, for copying to another store; returns an empty list after the last
   * part.
   */
  partsAfter(revision: number, row: number): CopiedPart[] {
    const query = `SELECT rowid AS "row", name, number, body FROM part WHERE revision = ? AND rowid > ?
      ORDER BY rowid LIMIT ${COPIED_PARTS}`;
    return this.#sql.exec<CopiedPart>(query, revision, row).toArray();
  }

  /** Stores a copy of another store's build. */
  putCopy(revision: number, { copy, parts }: { copy: BuildCopy; parts: CopiedPart[] }): KeptBuild {
    const { compiler, report, server, facts, assets } = copy;
    this.#transaction(() => {
      this.#delete(revision);
      const build = [revision, compiler, Date.now(), report, server];
      this.#sql.exec("INSERT INTO build VALUES (?, ?, ?, ?, ?, NULL)", ...build);
      if (facts !== null) this.#sql.exec("INSERT INTO facts VALUES (?, ?, NULL)", revision, facts);
      for (const { address, content_type, etag } of assets)
        this.#sql.exec("INSERT INTO asset VALUES (?, ?, ?, ?)", revision, address, content_type, etag);
      for (const { name, number, body } of parts)
        this.#sql.exec("INSERT INTO part VALUES (?, ?, ?, ?)", revision, name, number, body);
      this.#trim();
    });
    const kept = this.get(revision, null);
    if (kept === null) throw new Error("The copied build cannot be read.");
    return kept;
  }

  /** Reads a revision's type findings; null before its first check. */
  findings(revision: number): Diagnostic[] | null {
    const rows = this.#sql.exec<{ findings: string | null }>("SELECT findings FROM build WHERE revision = ?", revision);
    const findings = rows.toArray()[0]?.findings ?? null;
    return findings === null ? null : (JSON.parse(findings) as Diagnostic[]);
  }

  putFindings(revision: number, findings: Diagnostic[]): void {
    this.#sql.exec("UPDATE build SET findings = ? WHERE revision = ?", JSON.stringify(findings), revision);
  }

  /** Reads the sizes of a revision's files by address; null before they are measured. */
  sizes(revision: number): Record<string, ServedSize> | null {
    const rows = this.#sql.exec<{ sizes: string | null }>("SELECT sizes FROM facts WHERE revision = ?", revision);
    const sizes = rows.toArray()[0]?.sizes ?? null;
    return sizes === null ? null : (JSON.parse(sizes) as Record<string, ServedSize>);
  }

  putSizes(revision: number, sizes: Record<string, ServedSize>): void {
    this.#sql.exec("UPDATE facts SET sizes = ? WHERE revision = ?", JSON.stringify(sizes), revision);
  }

  asset(revision: number, address: string): KeptAsset | null {
    return this.#asset("revision = ? AND address = ?", revision, address);
  }

  /** Finds an asset in the newest stored build that has it; null when none has. */
  assetOfAny(address: string): KeptAsset | null {
    return this.#asset("revision IN (SELECT revision FROM build) AND address = ? ORDER BY revision DESC", address);
  }

  #asset(condition: string, ...values: (string | number)[]): KeptAsset | null {
    const query = `SELECT revision, address, content_type, etag FROM asset WHERE ${condition}`;
    type Row = { revision: number; address: string; content_type: string; etag: string };
    const row = this.#sql.exec<Row>(query, ...values).toArray()[0];
    if (row === undefined) return null;
    const { revision, address, content_type: contentType, etag } = row;
    return { revision, address, contentType, etag };
  }

  /** Lists the addresses of a revision's assets, sorted. */
  addresses(revision: number): string[] {
    const rows = this.#sql.exec<{ address: string }>(
      "SELECT address FROM asset WHERE revision = ? ORDER BY address",
      revision,
    );
    return rows.toArray().map(({ address }) => address);
  }

  body(revision: number, name: string): Uint8Array<ArrayBuffer> {
    const rows = this.#sql
      .exec<{ body: ArrayBuffer }>(
        "SELECT body FROM part WHERE revision = ? AND name = ? ORDER BY number",
        revision,
        name,
      )
      .toArray();
    const whole = new Uint8Array(rows.reduce((bytes, { body }) => bytes + body.byteLength, 0));
    let offset = 0;
    for (const { body } of rows) {
      whole.set(new Uint8Array(body), offset);
      offset += body.byteLength;
    }
    return whole;
  }

  /** Reads the source map of the server with this id; returns an empty string when it has no source map. */
  serverMap(id: string): string {
    const rows = this.#sql.exec<{ revision: number }>(
      "SELECT revision FROM build WHERE json_extract(server, '$.id') = ? LIMIT 1",
      id,
    );
    const revision = rows.toArray()[0]?.revision;
    return revision === undefined ? "" : new TextDecoder().decode(this.body(revision, "server.js.map"));
  }

  /** Reads the source map of a built script of any revision; null when there is none. */
  assetMap(address: string): string | null {
    const rows = this.#sql.exec<{ revision: number }>(
      "SELECT revision FROM part WHERE name = ? LIMIT 1",
      `${address}.map`,
    );
    const revision = rows.toArray()[0]?.revision;
    return revision === undefined ? null : new TextDecoder().decode(this.body(revision, `${address}.map`));
  }

  /** Reads the package plan stored under a key, as JSON; null when there is none. */
  keptPlan(key: string): string | null {
    const rows = this.#sql.exec<{ packages: string }>("SELECT packages FROM plan WHERE dependencies = ?", key);
    return rows.toArray()[0]?.packages ?? null;
  }

  readonly plans: PlanStore = {
    get: (key) => {
      const kept = this.keptPlan(key);
      return kept === null ? null : (JSON.parse(kept) as KeptPlan);
    },
    put: (key, plan) => {
      this.#sql.exec("INSERT OR REPLACE INTO plan VALUES (?, ?, ?)", key, JSON.stringify(plan), Date.now());
      this.#sql.exec(
        "DELETE FROM plan WHERE dependencies NOT IN (SELECT dependencies FROM plan ORDER BY kept_at DESC LIMIT ?)",
        KEPT_PLANS,
      );
    },
  };

  /** Published builds older than the table `facts` have no facts. */
  #facts(revision: number): BuildFacts {
    const rows = this.#sql.exec<{ facts: string }>("SELECT facts FROM facts WHERE revision = ?", revision).toArray();
    return rows[0] === undefined ? NO_FACTS : { ...NO_FACTS, ...(JSON.parse(rows[0].facts) as Partial<BuildFacts>) };
  }

  #code(revision: number): { script: string; sourceMap: string } {
    const text = (name: string) => new TextDecoder().decode(this.body(revision, name));
    return { script: text("server.js"), sourceMap: text("server.js.map") };
  }

  #putParts(revision: number, name: string, body: Uint8Array): void {
    for (let number = 0; number * PART_BYTES < body.length; number += 1) {
      const part = body.slice(number * PART_BYTES, (number + 1) * PART_BYTES);
      this.#sql.exec("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)", revision, name, number, part);
    }
  }

  #trim(): void {
    const old = this.#sql
      .exec<{ revision: number }>(
        "SELECT revision FROM build ORDER BY kept_at DESC, revision DESC LIMIT -1 OFFSET ?",
        this.#keptBuilds,
      )
      .toArray();
    for (const { revision } of old) this.#delete(revision);
  }

  #delete(revision: number): void {
    for (const table of TABLES) this.#sql.exec(`DELETE FROM ${table} WHERE revision = ?`, revision);
  }
}

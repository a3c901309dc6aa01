import picomatch from "picomatch/posix";
import { listIn } from "./config-values.ts";
import { normalize, within } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** A migration of a D1 database: its name in the database's own list, its path in the project, and its SQL. */
export type Migration = { name: string; path: string; sql: string };

/** A D1 database of a wrangler configuration. Bindings of one name share its data. */
export type BoundDatabase = {
  binding: string;
  name: string;
  /** Table that records the migrations that were applied. */
  migrationsTable: string;
  /** Migrations in the order in which they are applied. */
  migrations: Migration[];
};

/** A KV namespace of a wrangler configuration, named by its binding. */
type BoundNamespace = { binding: string; name: string };

export type BoundStores = { databases: BoundDatabase[]; namespaces: BoundNamespace[] };

/** Maximum D1 databases, and KV namespaces, of one app. */
const MAX_STORES = 10;

/** Maximum bytes of an app's migrations: they are a part of its build. */
const MAX_MIGRATION_BYTES = 1_000_000;

/** Reads the D1 databases and KV namespaces of a wrangler configuration, with the migrations of each database. */
export function storesIn(config: Record<string, unknown>, files: SourceFiles): BoundStores {
  const databases = listIn(config, ["d1_databases"]).flatMap((database): BoundDatabase[] => {
    const { binding, database_name: name, migrations_table: table } = database;
    if (typeof binding !== "string") return [];
    return [
      {
        binding,
        // Ids are placeholders in templates, and change when the author deploys the app.
        name: textOr(name, binding),
        migrationsTable: textOr(table, "d1_migrations"),
        migrations: migrationsOf(database, files),
      },
    ];
  });
  const namespaces = listIn(config, ["kv_namespaces"]).flatMap(({ binding }) =>
    typeof binding === "string" ? [{ binding, name: binding }] : [],
  );
  return { databases, namespaces };
}

/** Explains why the app's databases cannot be had; null when they can. */
export function storesProblem({ databases, namespaces }: BoundStores): string | null {
  const most = Math.max(databases.length, namespaces.length);
  if (most > MAX_STORES)
    return `The app binds ${most} ${databases.length === most ? "D1 databases" : "KV namespaces"}; the maximum is ${MAX_STORES}.`;
  const bytes = databases.flatMap(({ migrations }) => migrations).reduce((sum, { sql }) => sum + sql.length, 0);
  if (bytes <= MAX_MIGRATION_BYTES) return null;
  return `The app's migrations have ${(bytes / 1_000_000).toFixed(1)} MB together, and may have ${MAX_MIGRATION_BYTES / 1_000_000} MB. Insert large data from the server instead.`;
}

const CREATES_TABLE = /\bcreate\s+table\b/i;

/**
 * Finds a D1 database without migrations beside a SQL file that creates tables: its author runs it with wrangler by hand.
 * @returns the SQL file and the sentence about it; null where migrations or the app's own code create the tables
 */
export function unappliedSchema(
  { databases }: BoundStores,
  files: SourceFiles,
): { path: string; message: string } | null {
  const bare = databases.find(({ migrations }) => migrations.length === 0);
  if (bare === undefined) return null;
  const creating = [...files.keys()].filter((path) => CREATES_TABLE.test(readText(files, path) ?? ""));
  if (creating.some((path) => /\.[mc]?[jt]sx?$/.test(path))) return null;
  const [path] = creating.filter((one) => one.endsWith(".sql")).sort((one, other) => one.length - other.length);
  if (path === undefined) return null;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const remedy =
    folder === ""
      ? `Move it to migrations/0001_${path}`
      : `Set "migrations_dir" of the database to ${JSON.stringify(folder)}`;
  const message = `${path} was not applied to env.${bare.binding}: only migrations run. ${remedy}.`;
  return { path, message };
}

const textOr = (value: unknown, other: string): string => (typeof value === "string" && value !== "" ? value : other);

/** Finds the files that `wrangler d1 migrations apply` would, in its order. */
function migrationsOf(database: Record<string, unknown>, files: SourceFiles): Migration[] {
  const folder = normalize(textOr(database.migrations_dir, "migrations"));
  const pattern = normalize(textOr(database.migrations_pattern, within(folder, "*.sql")));
  const isMigration = picomatch([pattern]);
  const prefix = folder === "" ? "" : `${folder}/`;
  return [...files.keys()]
    .filter((path) => path.startsWith(prefix) && isMigration(path))
    .map((path) => ({ name: path.slice(prefix.length), path, sql: readText(files, path) ?? "" }))
    .sort((one, other) => compareNames(one.name, other.name));
}

/** Orders by the number that each part of a name begins with, then by its text; parts without a number come last. */
function compareNames(one: string, other: string): number {
  const others = other.split("/");
  for (const [index, part] of one.split("/").entries()) {
    const against = others[index];
    if (against === undefined) return 1;
    if (part === against) continue;
    const difference = numberOf(part) - numberOf(against);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    return part < against ? -1 : 1;
  }
  return -1;
}

function numberOf(part: string): number {
  const number = Number.parseInt(part, 10);
  return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
}

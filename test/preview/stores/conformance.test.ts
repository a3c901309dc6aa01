// Runs the same code against miniflare's own D1 databases and KV namespaces and against ours.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { type Preview, preview } from "../preview.ts";
import { type Attempt, d1Cases } from "./d1-cases.ts";
import { kvCases } from "./kv-cases.ts";

/** A namespace of miniflare, and a database for each case. */
const { REFERENCE_KV, ...databases } = env as unknown as { REFERENCE_KV: KVNamespace } & Record<string, D1Database>;

const attempt: Attempt = async (work) => {
  try {
    return await work();
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { error: `${name}: ${message}`, ...(cause !== undefined && { cause: String(cause) }) };
  }
};

/** An app whose path names the case that it runs. */
let app: Promise<Preview> | null = null;
function stores(): Promise<Preview> {
  const listed = (cases: Record<string, unknown>) =>
    `{ ${Object.entries(cases)
      .map(([name, run]) => `${JSON.stringify(name)}: ${String(run)}`)
      .join(",\n")} }`;
  app ??= preview({
    "wrangler.jsonc": JSON.stringify({
      main: "worker.js",
      d1_databases: [{ binding: "DB", database_name: "db", database_id: "1" }],
      kv_namespaces: [{ binding: "KV", id: "2" }],
    }),
    "worker.js": `const d1Cases = ${listed(d1Cases)};\nconst kvCases = ${listed(kvCases)};
const attempt = ${String(attempt)};
export default { async fetch(request, env) {
  const [, kind, name] = new URL(request.url).pathname.split("/").map(decodeURIComponent);
  const done = kind === "d1" ? () => d1Cases[name](env.DB, attempt) : () => kvCases[name](env.KV, attempt);
  return Response.json(await attempt(done));
} };`,
  });
  return app;
}

// The first build of a runtime takes most of a minute on a busy machine.
beforeAll(async () => {
  await (await stores()).prepare();
}, 180_000);

async function ours(kind: string, name: string): Promise<unknown> {
  const served = await stores();
  await served.builder.clearData(served.projectId);
  const text = await served.text(`/${kind}/${encodeURIComponent(name)}`);
  return normalized(JSON.parse(text));
}

async function reference(work: () => Promise<unknown>): Promise<unknown> {
  return normalized(await Response.json(await attempt(work)).json());
}

/**
 * Without the values that differ from one run to the next. miniflare stores bookmarks in the database itself, which
 * shows in the last row's id of statements that insert nothing.
 */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== "object" || value === null) return value;
  const { served_by, duration, timings, size_after, last_row_id, ...kept } = value as Record<string, unknown>;
  const types =
    served_by === undefined
      ? {}
      : {
          duration: typeof duration,
          timings: typeof timings,
          size_after: typeof size_after,
          last_row_id: kept.changes === 0 ? typeof last_row_id : last_row_id,
        };
  return { ...types, ...Object.fromEntries(Object.entries(kept).map(([key, part]) => [key, normalized(part)])) };
}

describe("a D1 database of an app", () => {
  it.each(Object.entries(d1Cases))("a D1 database %s", async (name, run) => {
    const database = databases[`REFERENCE_D1_${Object.keys(d1Cases).indexOf(name)}`];
    if (database === undefined) throw new Error("test/preview/worker-options.ts has too few databases.");
    const expected = await reference(() => run(database, attempt));
    expect(await ours("d1", name)).toEqual(expected);
  });
});

describe("a KV namespace of an app", () => {
  it.each(Object.entries(kvCases))("a KV namespace %s", async (name, run) => {
    const { keys } = await REFERENCE_KV.list();
    for (const key of keys) await REFERENCE_KV.delete(key.name);
    const expected = await reference(() => run(REFERENCE_KV, attempt));
    expect(await ours("kv", name)).toEqual(expected);
  });
});

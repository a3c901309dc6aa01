// Publishes projects and reports the outcome: `node test/apps/try.ts <path>… [-t <name>]…`. A path is a project's
// folder (with a check.json, an expected.txt or neither), a folder of such folders, or a JSON list of package uses.
// `--preview` tests the preview's build instead of the published one, `--vite` tests Vite's build, and `--compare`
// compares the published build with Vite's. `--json` prints the whole result.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { type AppCase, readCase, readCases, readPackageUses, readProject } from "./app-case.ts";
import { compareCase, renderReference } from "./compare-case.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import { startStage } from "./stage.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    t: { type: "string", short: "t", multiple: true, default: [] },
    preview: { type: "boolean", default: false },
    vite: { type: "boolean", default: false },
    compare: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const isWanted = ({ name }: AppCase): boolean => values.t.length === 0 || values.t.includes(name);
const hasReference = ({ says, noReference }: AppCase): boolean => says === undefined && noReference === undefined;
const cases = positionals
  .flatMap(casesAt)
  .filter(isWanted)
  .filter((one) => !values.vite || hasReference(one));
if (cases.length === 0) {
  console.error("node test/apps/try.ts <path>… [-t <name>]… [--preview|--vite|--compare] [--json]");
  process.exit(1);
}

const pictures = join(ROOT, "test-results/apps");
mkdirSync(pictures, { recursive: true });
const stage = await startStage();
let failed = 0;
try {
  for (const one of cases) {
    const result = await tried(one);
    failed += result.ok ? 0 : 1;
    show(result);
  }
} finally {
  await stage.stop();
}
if (cases.length > 1) console.log(`\n${cases.length - failed} of ${cases.length} are as they should be`);
process.exitCode = failed === 0 ? 0 : 1;

/** A failed import or a failed reference is a result too. */
async function tried(one: AppCase): Promise<CaseResult> {
  const failed = (error: unknown): CaseResult => ({
    name: one.name,
    ok: false,
    reason: error instanceof Error ? error.message : String(error),
    diagnostics: [],
    durationMs: 0,
  });
  if (values.compare) return compareCase(stage, one).catch(failed);
  if (!values.vite) return runCase(stage, one, { asPreview: values.preview, withScreenshot: true }).catch(failed);
  const seen = renderReference(stage, one).then((rendering) => ({ ...failed(""), ok: true, rendering }));
  return seen.catch(failed);
}

function casesAt(argument: string): AppCase[] {
  const path = resolve(argument);
  if (path.endsWith(".json")) return readPackageUses(path);
  const has = (name: string): boolean => existsSync(join(path, name));
  if (isCase(path)) return [readCase(path)];
  const isOfCases = !has("package.json") && !has("index.html") && foldersIn(path).some(isCase);
  return isOfCases ? readCases(path) : [{ name: basename(path), files: readProject(path) }];
}

function isCase(folder: string): boolean {
  return existsSync(join(folder, "check.json")) || existsSync(join(folder, "expected.txt"));
}

function foldersIn(path: string): string[] {
  return readdirSync(path).map((name) => join(path, name));
}

function show(result: CaseResult): void {
  const { rendering, ...rest } = result;
  if (values.json) {
    const { screenshot: _, ...seen } = rendering ?? {};
    console.log(JSON.stringify({ ...rest, rendering: seen }, null, 2));
    return;
  }
  console.log(`${result.ok ? "ok  " : "FAIL"} ${result.name} (${result.durationMs} ms) ${result.reason}`);
  for (const { severity, path, line, column, message } of result.diagnostics) {
    console.log(`     ${severity} ${path}:${line}:${column} ${message}`);
  }
  if (rendering?.screenshot === undefined) return;
  const file = join(pictures, `${result.name.replace(/[^\w.-]+/g, "-")}.png`);
  writeFileSync(file, rendering.screenshot);
  if (cases.length === 1) console.log(`     text: ${rendering.text.slice(0, 200)}\n     picture: ${file}`);
}

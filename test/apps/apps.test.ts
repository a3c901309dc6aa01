// The corpus: publishes each project and compares it in Chromium with the same project built by Vite.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ROOT } from "../../dev/supervisor/content-hash.ts";
import { type AppCase, readCases, readPackageUses } from "./app-case.ts";
import { compareCase } from "./compare-case.ts";
import { reportTable } from "./report-table.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import { type Stage, startStage } from "./stage.ts";
import { templateCases } from "./templates.ts";

declare module "vitest" {
  interface ProvidedContext {
    appsSubset: "all" | "ci";
  }
}

const isWanted = ({ inCi = false }: { inCi?: boolean | undefined }): boolean => inject("appsSubset") === "all" || inCi;
/** A folder with further cases: `apps/` and `packages.json`. They run without a reference. */
const further = inject("appsSubset") === "all" ? process.env.EDGESMITH_CASES : undefined;

const templates = await templateCases(isWanted);
const projects = readCases(join(import.meta.dirname, "projects")).filter(isWanted);
const packages = readPackageUses(join(import.meta.dirname, "packages.json")).filter(isWanted);

let stage: Stage;
const results: CaseResult[] = [];

beforeAll(async () => {
  stage = await startStage();
});

afterAll(async () => {
  await stage.stop();
  const folder = join(ROOT, "test-results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "apps.md"), reportTable(results));
  console.log(`\n${reportTable(results)}`);
});

async function expectOk(outcome: Promise<CaseResult>, name: string): Promise<void> {
  const failed = (error: unknown): CaseResult => ({
    name,
    ok: false,
    reason: String(error),
    diagnostics: [],
    durationMs: 0,
  });
  const result = await outcome.catch(failed);
  results.push(result);
  expect(result.reason).toBe("");
}

const beside = (one: AppCase) => expectOk(compareCase(stage, one), one.name);
const alone = (one: AppCase) => expectOk(runCase(stage, one), one.name);

describe("a published app", () => {
  it.each(templates)("The published app shows what Vite's build shows: template $name", beside);
  it.each(projects)("The published app shows what Vite's build shows, or says why not: project $name", beside);
  it.each(packages)("The published app shows what Vite's build shows: package $name", beside);
});

describe.runIf(further !== undefined)("a further case", () => {
  const folder = further ?? "";
  const apps = further === undefined ? [] : readCases(join(folder, "apps"));
  const uses = further === undefined ? [] : readPackageUses(join(folder, "packages.json"));
  it.each(apps)("The published app shows what its case states: $name", alone);
  it.each(uses)("The published app shows what its case states: package $name", alone);
});

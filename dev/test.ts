// `npm test`: every test except the faults, the gateways and the apps, with the line coverage of worker/. `npm run
// test:faults`, `test:gateways`, `test:apps` and `test:apps:ci` run only those. Passes further arguments to Vitest:
// `npm test -- test/worker/http`. EDGESMITH_TEST_RETRIES is how often a failed test is tried again: 0 unless CI sets it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const [first, ...others] = process.argv.slice(2);
const separateProjects = first !== undefined && ["faults", "gateways", "apps", "apps-ci"].includes(first);
const wanted = separateProjects ? others : first === undefined ? [] : [first, ...others];

const projects = separateProjects
  ? [first]
  : ["layers", "node", "properties", "worker", "preview", "tools", "journeys"];
// The coverage of a subset of the tests is meaningless.
const coverage = separateProjects || wanted.length > 0 ? [] : ["--coverage"];
const results = process.env.EDGESMITH_TEST_RESULTS;
const resultsFile = results ? ["--reporter=json", `--outputFile.json=${results}`] : [];
const reporters = ["--reporter=default", "--reporter=./test/stage/flaky-reporter.ts", ...resultsFile];
const retries = `--retry=${process.env.EDGESMITH_TEST_RETRIES ?? 0}`;

const child = spawn(
  process.execPath,
  [vitest, "run", ...projects.flatMap((name) => ["--project", name]), ...coverage, ...reporters, retries, ...wanted],
  { stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("close", (code) => process.exit(code ?? 1));

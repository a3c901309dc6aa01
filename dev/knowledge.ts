// `npm run knowledge`: compares the table of package knowledge with today's registry and prints the differences.
// `--build` also builds each remembered use with the default version and each current use with the newest. Package
// names as arguments restrict it to those packages.
import type { AskRegistry } from "../preview/packages/info/index.ts";
import type { PackageEntry } from "../worker/agents/packages/parse-knowledge.ts";
import { type Outcome, tryUse } from "./knowledge/build-uses.ts";
import { measure, type Row } from "./knowledge/measure.ts";
import { readTable } from "./knowledge/table.ts";
import { configuredRegistry } from "./registry/upstream.ts";

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const builds = process.argv.includes("--build");

const table = readTable();
const entries = table.filter(({ name }) => names.length === 0 || names.includes(name));
const ask = await registry();
let hasMoved = false;

for (const entry of entries) {
  const row = await measure(ask, entry).catch((error: unknown) =>
    String(error instanceof Error ? error.message : error),
  );
  if (typeof row === "string") {
    printRow(entry.name, [row]);
    continue;
  }
  const peers = row.peers === "" ? "" : `, made for ${row.peers}`;
  printRow(`${entry.name} (default ${row.defaultVersion}${peers}, newest ${row.newest})`, row.moved);
  // Packages under one heading share their uses, so build only for the first package that they import.
  if (builds && isFirst(entry)) printRow(`${entry.name}, built`, await buildBoth(row));
}
process.exitCode = hasMoved ? 1 : 0;

function printRow(what: string, moved: string[]): void {
  hasMoved ||= moved.length > 0;
  console.log(
    moved.length === 0
      ? `as it was  ${what}`
      : `MOVED      ${what}\n${moved.map((one) => `             ${one}`).join("\n")}`,
  );
}

function isFirst(entry: PackageEntry): boolean {
  return entries.find(({ from }) => from === entry.from)?.name === entry.name;
}

/**
 * Builds the uses of a row.
 * @returns a line for each result that differs from the table
 */
async function buildBoth({ entry, newest, defaultVersion }: Row): Promise<string[]> {
  const { remembered, today, needs, needsToday, fails } = entry;
  const together = table.filter(({ from }) => from === entry.from);
  const wrong: string[] = [];
  if (remembered !== null) {
    const outcome = await tryUse({ together, use: remembered, which: "default", needs });
    wrong.push(...faults("the remembered use with the default", outcome));
    // A build cannot show failures that are silent or happen at run time.
    if (today !== null && fails === "build" && newest !== defaultVersion) {
      const { install, build } = await tryUse({ together, use: remembered, which: "newest", needs: needsToday });
      if (install === null && build === null) wrong.push("the remembered use builds with the newest");
    }
  }
  if (today !== null) {
    const outcome = await tryUse({ together, use: today, which: "newest", needs: needsToday });
    wrong.push(...faults("the use of today with the newest", outcome));
  }
  return wrong;
}

function faults(which: string, { install, build, types }: Outcome): string[] {
  const steps = Object.entries({ install, build, types });
  return steps.flatMap(([step, fault]) => (fault === null ? [] : [`${which}, ${step}: ${fault}`]));
}

/** Returns a client of the registry that npm is configured with. It caches every response for this process. */
async function registry(): Promise<AskRegistry> {
  const address = await configuredRegistry();
  const answers = new Map<string, Promise<ArrayBuffer | number>>();
  return async (path, accept) => {
    const answer = answers.get(path) ?? fetchFrom(new URL(path.slice(1), address), accept);
    answers.set(path, answer);
    const body = await answer;
    return typeof body === "number" ? new Response(null, { status: body }) : new Response(body);
  };
}

async function fetchFrom(url: URL, accept: string): Promise<ArrayBuffer | number> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(60_000) });
  return response.ok ? response.arrayBuffer() : response.status;
}

// The web app in a real Chromium with much to show, paired with an earlier build of it: both are served by the same stand-in
// for the API, and measured alternately, at a quarter of the machine's speed where a figure is about time.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { buildFrontEnd } from "../dev/supervisor/builds.ts";
import { ROOT } from "../dev/supervisor/content-hash.ts";
import { launchBrowser } from "../test/journeys/browser.ts";
import { measureFirstLoad, measureStream, measureTree, measureTurns, measureTyping } from "./web/measures.ts";
import { type Site, serveSite } from "./web/server.ts";

/** The build before lists were windowed. */
const before = process.env.BENCH_BASE ?? "906364d";

/** Builds the web app of a commit. */
function buildCommit(commit: string, folder: string): string {
  const source = join(folder, "source");
  mkdirSync(source);
  const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", source], { input: archive });
  symlinkSync(join(ROOT, "node_modules"), join(source, "node_modules"));
  execFileSync(join(ROOT, "node_modules/.bin/vite"), ["build", "frontend"], { cwd: source, stdio: "ignore" });
  return join(source, "frontend/dist");
}

const ms = (value: number): string => (value === 0 ? "< 50 ms" : `${value.toFixed(0)} ms`);
const mb = (value: number): string => `${value.toFixed(1)} MB`;
const kb = (value: number): string => `${(value / 1024).toFixed(1)} KB`;

/** The earlier value is null where the earlier build is not measured. */
type Row = { what: string; goal: string; show: (value: number) => string; values: [old: number | null, now: number] };

type Sites = { both: <T>(work: (site: Site) => Promise<T>) => Promise<[T, T]>; current: Site };

const column = <T>([old, now]: [T, T], value: (one: T) => number): [number, number] => [value(old), value(now)];

const parts: Record<string, (browser: Browser, sites: Sites) => Promise<Row[]>> = {
  async tree(browser, { both }) {
    const found = await both((site) => measureTree(browser, site));
    return [
      { what: "2,000 files: elements", goal: "1,500", show: String, values: column(found, ({ nodes }) => nodes) },
      { what: "its longest task when shown", goal: "50 ms", show: ms, values: column(found, ({ shown }) => shown) },
      {
        what: "its longest task after a file was written",
        goal: "50 ms",
        show: ms,
        values: column(found, ({ written }) => written),
      },
    ];
  },
  async typing(browser, { both }) {
    const found = await both((site) => measureTyping(browser, site));
    return [{ what: "key to paint in 3,000 lines, p95", goal: "50 ms", show: ms, values: found }];
  },
  async stream(browser, { both }) {
    const found = await both((site) => measureStream(browser, site));
    return [{ what: "300 tokens/s into 3,000 lines: longest task", goal: "50 ms", show: ms, values: found }];
  },
  // The earlier build keeps every turn in the document, and a machine that is busy needs minutes for one way through them.
  async turns(browser, { current }) {
    const { nodes, once, thrice } = await measureTurns(browser, current);
    return [
      { what: "500 turns: elements", goal: "3,000", show: String, values: [null, nodes] },
      { what: "heap after one way through them", goal: "", show: mb, values: [null, once] },
      { what: "heap after three", goal: "flat", show: mb, values: [null, thrice] },
    ];
  },
  async load(browser, { both }) {
    const found = await both((site) => measureFirstLoad(browser, site, 5));
    return [
      {
        what: "first page: scripts, compressed",
        goal: "100 KB",
        show: kb,
        values: column(found, ({ bytes }) => bytes),
      },
      { what: "first page: largest paint", goal: "not slower", show: ms, values: column(found, ({ lcp }) => lcp) },
    ];
  },
};

/** `npm run bench web`, or `npm run bench web tree` for one part. */
export async function benchWeb(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const browser = await launchBrowser();
  const served: Site[] = [];
  try {
    for (const dist of [buildCommit(before, folder), await buildFrontEnd()]) served.push(await serveSite(dist));
    const [old, now] = served;
    if (old === undefined || now === undefined) return;
    const sites: Sites = { both: async (work) => [await work(old), await work(now)], current: now };
    console.log(`| what | ${before} | now | goal |\n| --- | ---: | ---: | ---: |`);
    for (const [name, part] of Object.entries(parts)) {
      if (process.argv[3] !== undefined && process.argv[3] !== name) continue;
      for (const { what, goal, show, values } of await part(browser, sites))
        console.log(
          `| ${what} | ${values[0] === null ? "not measured" : show(values[0])} | ${show(values[1])} | ${goal} |`,
        );
    }
  } finally {
    for (const site of served) await site.close();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

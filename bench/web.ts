// The web app with large data in a real Chromium, paired with an earlier build: the same stand-in for the API serves
// both, and they are measured alternately, at a quarter of the machine's speed where a figure is a time.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { buildFrontEnd } from "../dev/supervisor/builds.ts";
import { ROOT } from "../dev/supervisor/content-hash.ts";
import { launchBrowser } from "../test/journeys/browser.ts";
import { median } from "./figures.ts";
import {
  byClock,
  byProcessor,
  measureFirstLoad,
  measureKey,
  measureStream,
  measureTree,
  measureTurns,
  measureTyping,
} from "./web/measures.ts";
import { type Site, serveSite } from "./web/server.ts";

/** The build that the goals were set against. */
const before = process.env.BENCH_BASE ?? "b5ab242";
/** How often each figure is measured: both builds alternately, so that a moment's load affects both. */
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

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
const exactMs = (value: number): string => `${value.toFixed(1)} ms`;
const mb = (value: number): string => `${value.toFixed(1)} MB`;
const kb = (value: number): string => `${(value / 1024).toFixed(1)} KB`;

type Figure = { what: string; goal: string; show: (value: number) => string };

/**
 * `measure` returns a value for each figure, or null where it is not measured. `hasOnce`: the earlier build is measured
 * only in the first round, since it takes minutes.
 */
type Part = {
  figures: Figure[];
  measure: (browser: Browser, site: Site, isEarlier: boolean) => Promise<(number | null)[]>;
  hasOnce?: true;
};

const parts: Record<string, Part> = {
  tree: {
    figures: [
      { what: "2,000 files: elements", goal: "≤ 1,500", show: String },
      { what: "2,000 files: longest task when they are shown, 4× CPU", goal: "≤ 50 ms", show: ms },
      { what: "2,000 files: longest task after a file was written, 4× CPU", goal: "≤ 50 ms", show: ms },
    ],
    async measure(browser, site) {
      const { nodes, shown, written } = await measureTree(browser, site, byClock);
      return [nodes, shown, written];
    },
  },
  typing: {
    figures: [{ what: "key to paint in 3,000 lines, p95, 4× CPU", goal: "≤ 50 ms", show: ms }],
    measure: async (browser, site) => [await measureTyping(browser, site)],
  },
  stream: {
    figures: [{ what: "300 tokens/s into 3,000 lines: longest task, 4× CPU", goal: "≤ 50 ms", show: ms }],
    measure: async (browser, site) => [await measureStream(browser, site, byClock)],
  },
  // The same by the processor's time, which counts on a busy machine too.
  traced: {
    figures: [
      { what: "traced: longest task when 2,000 files are shown, × 4", goal: "≤ 50 ms", show: exactMs },
      { what: "traced: longest task after a file was written, × 4", goal: "≤ 50 ms", show: exactMs },
      { what: "traced: longest task while 300 tokens/s stream, × 4", goal: "≤ 50 ms", show: exactMs },
      { what: "traced: a key in 3,000 lines with all that follows, mean, × 4", goal: "≤ 50 ms", show: exactMs },
    ],
    async measure(browser, site) {
      const { shown, written } = await measureTree(browser, site, byProcessor);
      return [shown, written, await measureStream(browser, site, byProcessor), await measureKey(browser, site)];
    },
  },
  turns: {
    figures: [
      { what: "500 turns: elements", goal: "≤ 3,000", show: String },
      { what: "500 turns: heap after one way through them", goal: "", show: mb },
      { what: "500 turns: heap after three", goal: "flat", show: mb },
    ],
    hasOnce: true,
    async measure(browser, site, isEarlier) {
      const { nodes, once, thrice } = await measureTurns(browser, site, isEarlier);
      return [nodes, once, thrice];
    },
  },
  load: {
    figures: [
      { what: "first page: scripts, gzip", goal: "≤ 100 KB", show: kb },
      { what: "first page: largest contentful paint, slow line, 4× CPU", goal: "not slower", show: ms },
    ],
    async measure(browser, site) {
      const { bytes, lcp } = await measureFirstLoad(browser, site, 3);
      return [bytes, lcp];
    },
  },
};

/** Returns the median of the values that were measured; null without any. */
function middle(values: readonly (number | null)[]): number | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === 0 ? null : median(measured);
}

type Measured = { figure: Figure; values: [earlier: number | null, now: number | null] };

/** Measures in a browser of its own, and retries once when the browser ends, as on a machine short of memory. */
async function inBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const browser = await launchBrowser();
    try {
      return await work(browser);
    } catch (failure) {
      if (browser.isConnected() || attempt === 3) throw failure;
    } finally {
      await browser.close();
    }
  }
}

/** Measures one part of both builds alternately. Reports a part that one build cannot show, and continues. */
async function measurePart({ figures, measure, hasOnce }: Part, sites: [Site, Site]) {
  const found: (number | null)[][][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, site] of sites.entries()) {
      const isEarlier = index === 0;
      if (isEarlier && hasOnce === true && round > 0) continue;
      const values = await inBrowser((browser) => measure(browser, site, isEarlier)).catch((error: unknown) => {
        console.error(`${figures[0]?.what} (${isEarlier ? before : "now"}): ${String(error)}`);
        return figures.map(() => null);
      });
      found[index]?.push(values);
    }
  }
  return figures.map((figure, at): Measured => {
    const [earlier = null, now = null] = found.map((all) => middle(all.map((values) => values[at] ?? null)));
    return { figure, values: [earlier, now] };
  });
}

const cell = (value: number | null, show: Figure["show"]): string => (value === null ? "not measured" : show(value));

/** `npm run bench web`, or `npm run bench web tree` for one part. `BENCH_BASE` is another commit to compare with. */
export async function benchWeb(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-bench-"));
  const served: Site[] = [];
  try {
    for (const dist of [buildCommit(before, folder), await buildFrontEnd()]) served.push(await serveSite(dist));
    const [earlier, now] = served;
    if (earlier === undefined || now === undefined) return;
    const rows: Measured[] = [];
    for (const [name, part] of Object.entries(parts)) {
      if (process.argv[3] !== undefined && process.argv[3] !== name) continue;
      rows.push(...(await measurePart(part, [earlier, now])));
    }
    console.log(`| medians of ${rounds} rounds | ${before} | now | goal |\n| --- | ---: | ---: | ---: |`);
    for (const { figure, values } of rows) {
      const [one, other] = values.map((value) => cell(value, figure.show));
      console.log(`| ${figure.what} | ${one} | ${other} | ${figure.goal} |`);
    }
  } finally {
    for (const site of served) await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

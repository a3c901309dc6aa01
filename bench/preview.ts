// `npm run bench preview`: the preview's builds beside `vite build` and Vite's dev server, with the same files, in turn.
// `-- --rounds 5` how often each is measured, `--only mui` one project, `--builds 500` how many builds the memory is
// watched over (0: not at all).
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "@playwright/test";
import { startRegistry } from "../dev/registry.ts";
import { newProjectId } from "../test/apps/run-case.ts";
import { serveSite } from "../test/apps/vite-project.ts";
import { launchBrowser } from "../test/journeys/browser.ts";
import { median, ms, percentile, ratio } from "./figures.ts";
import { type BenchProject, corpus } from "./preview/corpus.ts";
import { type FirstLoad, firstLoad } from "./preview/first-load.ts";
import { PreviewSide } from "./preview/preview-times.ts";
import { ViteSide } from "./preview/vite-times.ts";
import { ownWorkerd, residentBytes } from "./resident.ts";

type Options = { rounds: number; builds: number };
type Ground = { browser: Browser; preview: PreviewSide; registryUrl: string };
type Measured = {
  name: string;
  first: [number, number];
  cold: [number, number];
  changed: [number, number];
  changedP95: number;
  publishMs: number;
  dev: { cold: number; changed: number; shown: number };
  load: [FirstLoad, FirstLoad];
};

export async function benchPreview(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      rounds: { type: "string", default: "5" },
      builds: { type: "string", default: "150" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const options = { rounds: Number(values.rounds), builds: Number(values.builds) };
  const projects = corpus.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  const browser = await launchBrowser();
  const preview = await PreviewSide.start(registry.url);
  const ground = { browser, preview, registryUrl: registry.url };
  try {
    await benchTimes(ground, projects, options);
    if (options.builds > 0) await benchMemory(ground, projects, options);
  } finally {
    await browser.close();
    await preview.stop();
    await registry.close();
  }
}

async function benchTimes(ground: Ground, projects: BenchProject[], options: Options): Promise<void> {
  console.log(
    "Medians, ours ÷ Vite's. First: packages never seen (Vite: npm install with an empty cache, and vite build).",
  );
  console.log("Cold: packages are there. Changed: one file of one project (Vite: vite build again).\n");
  console.log("| project | first | ÷ Vite | cold | vite build | ÷ Vite | changed | p95 | ÷ Vite | published in |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const all: Measured[] = [];
  for (const project of projects) {
    try {
      const one = await measure(ground, project, options);
      all.push(one);
      console.log(timesRow(one));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      console.log(`| ${project.name} | ${reason.replace(/\s+/g, " ").slice(0, 160)} | | | | | | | | |`);
    }
  }
  const ratios = (pick: (one: Measured) => [number, number]) => all.map(pick).map(([ours, theirs]) => ours / theirs);
  const summed = (name: string, values: number[]) =>
    `${name} ${ratio(median(values))} median, ${ratio(percentile(values, 95))} at p95`;
  console.log(
    `\nOver the corpus: ${summed(
      "first",
      ratios((one) => one.first),
    )}; ${summed(
      "cold",
      ratios((one) => one.cold),
    )}; ${summed(
      "changed",
      ratios((one) => one.changed),
    )}.\n`,
  );
  console.log(
    "| project | dev server cold | after a change | ours after a change, shown | ÷ Vite | gzip | Vite's | ÷ Vite | requests | Vite's |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const one of all) console.log(loadRow(one));
}

async function measure(
  { browser, preview, registryUrl }: Ground,
  project: BenchProject,
  { rounds }: Options,
): Promise<Measured> {
  const vite = await ViteSide.install(project, registryUrl);
  const words = (side: string) => Array.from({ length: rounds }, (_, round) => `${side}${round}`);
  const first: [number, number] = [await preview.firstBuildMs(project), await vite.firstBuildMs(registryUrl)];
  const cold: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    cold[0].push(await preview.buildMs(project));
    cold[1].push(await vite.buildMs());
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  const changes = await preview.changedMs(project, page, words("ours"));
  const viteChanges: number[] = [];
  for (const word of words("theirs")) viteChanges.push(await vite.changedBuildMs(word));
  const dev = await vite.devServerMs(page, words("dev"));
  await context.close();
  const released = await preview.release(project);
  const site = await serveSite(await vite.site());
  const load: [FirstLoad, FirstLoad] = [
    await firstLoad(browser, released.url, project.says("unchanged")),
    await firstLoad(browser, site.url, project.says("unchanged")),
  ];
  await site.stop();
  return {
    name: project.name,
    first,
    cold: [median(cold[0]), median(cold[1])],
    changed: [median(changes.built), median(viteChanges)],
    changedP95: percentile(changes.built, 95),
    publishMs: released.durationMs,
    dev: { cold: dev.cold, changed: median(dev.changed), shown: median(changes.shown) },
    load,
  };
}

function timesRow({ name, first, cold, changed, changedP95, publishMs }: Measured): string {
  const cells = [
    name,
    ms(first[0]),
    ratio(first[0] / first[1]),
    ms(cold[0]),
    ms(cold[1]),
    ratio(cold[0] / cold[1]),
    ms(changed[0]),
    ms(changedP95),
    ratio(changed[0] / changed[1]),
    ms(publishMs),
  ];
  return `| ${cells.join(" | ")} |`;
}

function loadRow({ name, dev, load: [ours, theirs] }: Measured): string {
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
  const cells = [
    name,
    ms(dev.cold),
    ms(dev.changed),
    ms(dev.shown),
    ratio(dev.shown / dev.changed),
    kilobytes(ours.gzipBytes),
    kilobytes(theirs.gzipBytes),
    ratio(ours.gzipBytes / theirs.gzipBytes),
    ours.requests,
    theirs.requests,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The runtime's memory over many builds, of each project in turn, in a runtime that has made none. */
async function benchMemory({ preview }: Ground, projects: BenchProject[], { builds }: Options): Promise<void> {
  await preview.restart();
  const going = projects.map((project) => ({ project, id: newProjectId() }));
  const failing = new Set<string>();
  console.log("\n| builds | resident memory of the runtime |\n| ---: | ---: |");
  for (let build = 1; build <= builds; build += 1) {
    const candidates = going.filter(({ id }) => !failing.has(id));
    const chosen = candidates[build % Math.max(1, candidates.length)];
    if (chosen === undefined) throw new Error("no project of the corpus can be built");
    await preview.buildRevision(chosen.project, chosen.id, build).catch((error: unknown) => {
      console.log(
        `| ${build} | ${chosen.project.name} is left out: ${error instanceof Error ? error.message : error} |`,
      );
      failing.add(chosen.id);
    });
    if (build % 50 === 0 || build === builds) {
      console.log(`| ${build} | ${(residentBytes(ownWorkerd()) / 1024 / 1024).toFixed(0)} MiB |`);
    }
  }
}

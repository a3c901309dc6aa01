// `npm run bench preview`: the preview's builds compared with `vite build` and Vite's dev server, alternately.
// `-- --rounds 5` how often each is measured (0: not at all), `--only mui` one project, `--packages FILE` uses of packages beside the
// projects, `--quick` no first builds, dev server and pages, `--builds 500` over how many builds the runtime's memory is watched and
// `--peaks` the most memory of the builder's isolate.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "@playwright/test";
import { startRegistry } from "../dev/registry.ts";
import { serveSite } from "../test/apps/vite-project.ts";
import { launchBrowser } from "../test/journeys/browser.ts";
import { median, ms, percentile, ratio } from "./figures.ts";
import { type BenchProject, corpus, packageCorpus } from "./preview/corpus.ts";
import { type FirstLoad, firstLoad } from "./preview/first-load.ts";
import { benchPeaks, benchResident } from "./preview/memory.ts";
import { PreviewSide } from "./preview/preview-times.ts";
import { ViteSide } from "./preview/vite-times.ts";

type Options = { rounds: number; isQuick: boolean };
type Ground = { browser: Browser; preview: PreviewSide; registryUrl: string };
type Measured = {
  name: string;
  first: [number, number] | null;
  cold: [number, number];
  changed: [number, number];
  changedP95: number;
  shown: Shown | null;
};
type Shown = {
  publishMs: number;
  dev: { cold: number; changed: number };
  changedMs: number;
  load: [FirstLoad, FirstLoad];
};

export async function benchPreview(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      rounds: { type: "string", default: "5" },
      builds: { type: "string", default: "500" },
      only: { type: "string", multiple: true, default: [] },
      packages: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      peaks: { type: "boolean", default: false },
    },
  });
  const options = { rounds: Number(values.rounds), isQuick: values.quick };
  const builds = Number(values.builds);
  const projects = [...corpus, ...values.packages.flatMap(packageCorpus)].filter(
    ({ name }) => values.only.length === 0 || values.only.includes(name),
  );
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  const browser = await launchBrowser();
  const preview = await PreviewSide.start(registry.url);
  const ground = { browser, preview, registryUrl: registry.url };
  try {
    if (options.rounds > 0) await benchTimes(ground, projects, options);
    if (values.peaks) await benchPeaks(preview, projects);
    if (builds > 0) await benchResident(preview, projects, builds);
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
  console.log(`\nOver the corpus: ${summed("first", all, (one) => one.first)}.`);
  console.log(`${summed("Cold", all, (one) => one.cold)}. ${summed("Changed", all, (one) => one.changed)}.\n`);
  const shown = all.filter(({ shown }) => shown !== null);
  if (shown.length === 0) return;
  console.log(
    "| project | dev server cold | after a change | ours after a change, shown | ÷ Vite | gzip | Vite's | ÷ Vite | requests | Vite's |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const { name, shown: one } of shown) if (one !== null) console.log(loadRow(name, one));
}

/** Our times with their ratios to Vite's, over all projects. */
function summed(name: string, all: Measured[], pick: (one: Measured) => [number, number] | null): string {
  const pairs = all.map(pick).filter((pair) => pair !== null);
  if (pairs.length === 0) return `${name} not measured`;
  const ratios = pairs.map(([ours, theirs]) => ours / theirs);
  const middle = ms(median(pairs.map(([ours]) => ours)));
  return `${name} ${middle} and ${ratio(median(ratios))} at the median, ${ratio(percentile(ratios, 95))} at p95, of ${pairs.length}`;
}

async function measure(ground: Ground, project: BenchProject, { rounds, isQuick }: Options): Promise<Measured> {
  const { preview, registryUrl, browser } = ground;
  const vite = await ViteSide.install(project, registryUrl);
  const words = (side: string) => Array.from({ length: rounds }, (_, round) => `${side}${round}`);
  const first: Measured["first"] = isQuick
    ? null
    : [await preview.firstBuildMs(project), await vite.firstBuildMs(registryUrl)];
  if (isQuick) await preview.buildMs(project);
  const cold: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    cold[0].push(await preview.buildMs(project));
    cold[1].push(await vite.buildMs());
  }
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const changes = await preview.changedMs(project, isQuick ? null : page, words("ours"));
    const viteChanges: number[] = [];
    for (const word of words("theirs")) viteChanges.push(await vite.changedBuildMs(word));
    return {
      name: project.name,
      first,
      cold: [median(cold[0]), median(cold[1])],
      changed: [median(changes.built), median(viteChanges)],
      changedP95: percentile(changes.built, 95),
      shown: isQuick ? null : await measureShown(ground, project, vite, page, median(changes.shown)),
    };
  } finally {
    await context.close();
  }
}

/** Measures pages in a browser: Vite's dev server, and the published app beside the site that Vite built. */
async function measureShown(
  { browser, preview }: Ground,
  project: BenchProject,
  vite: ViteSide,
  page: Page,
  changedMs: number,
): Promise<Shown> {
  const dev = await vite.devServerMs(page, ["dev0", "dev1", "dev2"]);
  const released = await preview.release(project);
  const site = await serveSite(await vite.site());
  try {
    const says = project.says("unchanged");
    return {
      publishMs: released.durationMs,
      dev: { cold: dev.cold, changed: median(dev.changed) },
      changedMs,
      load: [await firstLoad(browser, released.url, says), await firstLoad(browser, site.url, says)],
    };
  } finally {
    await site.stop();
  }
}

function timesRow({ name, first, cold, changed, changedP95, shown }: Measured): string {
  const cells = [
    name,
    ...(first === null ? ["", ""] : [ms(first[0]), ratio(first[0] / first[1])]),
    ms(cold[0]),
    ms(cold[1]),
    ratio(cold[0] / cold[1]),
    ms(changed[0]),
    ms(changedP95),
    ratio(changed[0] / changed[1]),
    shown === null ? "" : ms(shown.publishMs),
  ];
  return `| ${cells.join(" | ")} |`;
}

function loadRow(name: string, { dev, changedMs, load: [ours, theirs] }: Shown): string {
  const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
  const cells = [
    name,
    ms(dev.cold),
    ms(dev.changed),
    ms(changedMs),
    ratio(changedMs / dev.changed),
    kilobytes(ours.gzipBytes),
    kilobytes(theirs.gzipBytes),
    ratio(ours.gzipBytes / theirs.gzipBytes),
    ours.requests,
    theirs.requests,
  ];
  return `| ${cells.join(" | ")} |`;
}

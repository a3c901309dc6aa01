// The memory of builds: an isolate's maximum for each project, and the runtime's memory after many builds.
import { newProjectId } from "../../test/apps/run-case.ts";
import { ownWorkerd, residentBytes } from "../resident.ts";
import type { BenchProject } from "./corpus.ts";
import type { PreviewSide } from "./preview-times.ts";

const MiB = 2 ** 20;
const mebibytes = (bytes: number): string => `${(bytes / MiB).toFixed(0)} MiB`;

/** Measures the maximum memory of the builder's isolate: builds, changes and publishes each project in a new runtime. */
export async function benchPeaks(preview: PreviewSide, projects: BenchProject[]): Promise<void> {
  const columns = [
    "heap and array buffers, at most",
    "of these alive, at most",
    "the bundler's WebAssembly memory, at most",
  ];
  console.log(`\n| project | ${columns.join(" | ")} | alive and bundler |`);
  console.log("| --- | ---: | ---: | ---: | ---: |");
  let most = 0;
  for (const project of projects) {
    try {
      const { heap, alive, bundler } = await preview.peakBytes(project);
      most = Math.max(most, alive + bundler);
      const cells = [project.name, ...[heap, alive, bundler, alive + bundler].map(mebibytes)];
      console.log(`| ${cells.join(" | ")} |`);
    } catch (error) {
      console.log(`| ${project.name} | ${error instanceof Error ? error.message : error} | | | |`);
    }
  }
  console.log(`\nThe most: ${mebibytes(most)}, ${(most / 1_000_000).toFixed(0)} MB.`);
}

/** Measures the runtime's resident memory over many builds, of each project in turn, in a new runtime. */
export async function benchResident(preview: PreviewSide, projects: BenchProject[], builds: number): Promise<void> {
  await preview.restart();
  const going = projects.map((project) => ({ project, id: newProjectId() }));
  const failing = new Set<string>();
  const sizes: number[] = [];
  console.log("\n| builds | resident memory of the runtime |\n| ---: | ---: |");
  for (let build = 1; build <= builds; build += 1) {
    const candidates = going.filter(({ id }) => !failing.has(id));
    const chosen = candidates[build % Math.max(1, candidates.length)];
    if (chosen === undefined) throw new Error("no project of the corpus can be built");
    await preview.buildRevision(chosen.project, chosen.id, build).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : error;
      console.log(`| ${build} | ${chosen.project.name} is left out: ${reason} |`);
      failing.add(chosen.id);
    });
    if (build % 50 !== 0 && build !== builds) continue;
    sizes.push(residentBytes(ownWorkerd()));
    console.log(`| ${build} | ${mebibytes(sizes.at(-1) ?? 0)} |`);
  }
  const [first = 0] = sizes;
  console.log(`\nLast ÷ first: ${((sizes.at(-1) ?? 0) / first).toFixed(2)}`);
}

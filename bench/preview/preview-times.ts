// Our side: the preview Worker in a runtime of its own, called as the API Worker calls it.
import type { Page } from "@playwright/test";
import { freePort } from "../../dev/ports.ts";
import { newProjectId } from "../../test/apps/run-case.ts";
import { within } from "../../test/apps/within.ts";
import {
  type ProjectFiles,
  type ReportedBuild,
  type ServedPreview,
  servePreview,
} from "../../test/preview/serve-preview.ts";
import type { BenchProject } from "./corpus.ts";
import { IsolateMemory } from "./isolate-memory.ts";

const APP_URL = "http://localhost:8787";
const DEADLINE_MS = 90_000;

export class PreviewSide {
  readonly #registryUrl: string;
  readonly #inspectorPort: number;
  #preview: ServedPreview;

  private constructor(registryUrl: string, inspectorPort: number, preview: ServedPreview) {
    this.#registryUrl = registryUrl;
    this.#inspectorPort = inspectorPort;
    this.#preview = preview;
  }

  static async start(registryUrl: string): Promise<PreviewSide> {
    const inspectorPort = await freePort();
    return new PreviewSide(registryUrl, inspectorPort, await servePreview(APP_URL, registryUrl, inspectorPort));
  }

  /** Measures a build in a runtime that has fetched nothing yet. This side then continues with that runtime. */
  async firstBuildMs(project: BenchProject): Promise<number> {
    await this.restart();
    return (await this.#built(newProjectId(), project.files, 1)).durationMs;
  }

  /** Measures the build of a new project whose packages are cached. */
  async buildMs(project: BenchProject): Promise<number> {
    const projectId = newProjectId();
    return (await this.#built(projectId, unseen(project.files, projectId), 1)).durationMs;
  }

  /** Measures builds of one project, each after a change of one file: the build, and the time until a page shows it. */
  async changedMs(
    project: BenchProject,
    page: Page | null,
    words: string[],
  ): Promise<{ built: number[]; shown: number[] }> {
    const projectId = newProjectId();
    await this.#built(projectId, project.files, 1);
    const built: number[] = [];
    const shown: number[] = [];
    for (const [index, word] of words.entries()) {
      const from = performance.now();
      const { url, durationMs } = await this.#built(projectId, project.withWord(word), index + 2);
      built.push(durationMs);
      if (page === null) continue;
      await page.goto(url);
      await page.waitForFunction(project.says(word), undefined, { timeout: 20_000 });
      shown.push(performance.now() - from);
    }
    return { built, shown };
  }

  /** Publishes a project. */
  async release(project: BenchProject): Promise<ReportedBuild> {
    const released = await within(this.#preview.release(newProjectId(), project.files), DEADLINE_MS);
    return this.#checked(released);
  }

  /** Builds another revision of a project that changes all the time. */
  async buildRevision(project: BenchProject, projectId: string, revision: number): Promise<void> {
    await this.#built(projectId, project.withWord(`word${revision}`), revision);
  }

  /**
   * Builds a project for the first time and after a change, and publishes it, in a runtime that has done nothing else.
   * @returns the maximum bytes of the builder's isolate: its heap and array buffers, the live part of them, and the
   *   bundler's WebAssembly memory, each at its own moment
   */
  async peakBytes(project: BenchProject): Promise<{ heap: number; alive: number; bundler: number }> {
    await this.restart();
    const isolate = await IsolateMemory.connect(this.#inspectorPort, "edgesmith-preview");
    try {
      const projectId = newProjectId();
      const { most, alive } = await isolate.peakDuring(async () => {
        await this.#built(projectId, project.files, 1);
        await this.#built(projectId, project.withWord("changed"), 2);
        await this.release(project);
      });
      return { heap: most, alive, bundler: await this.#preview.bundlerPeakBytes() };
    } finally {
      isolate.close();
    }
  }

  async restart(): Promise<void> {
    await this.#preview.stop();
    this.#preview = await servePreview(APP_URL, this.#registryUrl, this.#inspectorPort);
  }

  stop(): Promise<void> {
    return this.#preview.stop();
  }

  async #built(projectId: string, files: ProjectFiles, revision: number): Promise<ReportedBuild> {
    return this.#checked(await within(this.#preview.build(projectId, files, revision), DEADLINE_MS));
  }

  /** @throws Error without a report in time, which also replaces the runtime, or for a report with errors */
  async #checked(built: ReportedBuild | null): Promise<ReportedBuild> {
    if (built === null) {
      await this.restart();
      throw new Error(`no report within ${DEADLINE_MS / 1_000} s`);
    }
    const { ok, diagnostics } = built.report;
    if (!ok) throw new Error(diagnostics[0]?.message ?? "not built");
    return built;
  }
}

/** The same project with a comment of its own in each module, so that no cache by content knows one of them. */
function unseen(files: ProjectFiles, mark: string): ProjectFiles {
  const commented = ([path, content]: [string, string | Uint8Array]): [string, string | Uint8Array] => {
    if (/\.tsx?$/.test(path)) return [path, `${content}\n// ${mark}\n`];
    return [path, /\.(vue|svelte)$/.test(path) ? `${content}\n<!-- ${mark} -->\n` : content];
  };
  return Object.fromEntries(Object.entries(files).map(commented));
}

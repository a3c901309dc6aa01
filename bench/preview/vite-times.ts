// Vite's side: npm and Vite with the same files, each as a program of its own, as a person runs them.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { freePort } from "../../dev/ports.ts";
import { buildWithVite, installProject, run } from "../../test/apps/vite-project.ts";
import { timed } from "../figures.ts";
import type { BenchProject } from "./corpus.ts";

/** The watcher of Vite's dev server (chokidar 3.6, `_throttle("change", path, 50)`) drops a change of a file that it has reported so lately. */
const WATCHER_THROTTLE_MS = 50;

export class ViteSide {
  readonly project: BenchProject;
  readonly folder: string;

  private constructor(project: BenchProject, folder: string) {
    this.project = project;
    this.folder = folder;
  }

  static async install(project: BenchProject, registryUrl: string): Promise<ViteSide> {
    return new ViteSide(project, await installProject(project.files, registryUrl));
  }

  /** Installs with an empty npm cache, and builds, like a machine that has never seen the packages. */
  async firstBuildMs(registryUrl: string): Promise<number> {
    const cache = mkdtempSync(join(tmpdir(), "edgesmith-npm-empty-"));
    rmSync(join(this.folder, "node_modules"), { recursive: true });
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--legacy-peer-deps"];
    const place = [`--cache=${cache}`, `--registry=${registryUrl}/`];
    const duration = await timed(async () => {
      await run("npm", ["install", ...flags, "--loglevel=error", ...place], this.folder);
      await buildWithVite(this.folder, { again: true });
    });
    rmSync(cache, { recursive: true });
    return duration;
  }

  /** `vite build` with everything installed. */
  buildMs(): Promise<number> {
    return timed(() => buildWithVite(this.folder, { again: true }));
  }

  /** `vite build` after a change of one file, which is a whole build too. */
  async changedBuildMs(word: string): Promise<number> {
    this.#write(word);
    const duration = await this.buildMs();
    this.#write(null);
    return duration;
  }

  site(): Promise<string> {
    return buildWithVite(this.folder, { again: true });
  }

  /** Measures Vite's dev server without its cache until the page shows the app, and changes of a file until it shows them. */
  async devServerMs(page: Page, words: string[]): Promise<{ cold: number; changed: number[] }> {
    rmSync(join(this.folder, "node_modules/.vite"), { recursive: true, force: true });
    const port = await freePort();
    const args = [
      join(this.folder, "node_modules/vite/bin/vite.js"),
      "--host=127.0.0.1",
      `--port=${port}`,
      "--strictPort",
    ];
    const from = performance.now();
    const server = spawn(process.execPath, args, { cwd: this.folder, stdio: ["ignore", "pipe", "ignore"] });
    const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
    try {
      await until(server.stdout, "Local:");
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction(this.project.says("unchanged"), undefined, { timeout: 60_000 });
      const cold = performance.now() - from;
      const changed: number[] = [];
      for (const word of words) {
        await setTimeout(WATCHER_THROTTLE_MS * 2);
        const since = performance.now();
        this.#write(word);
        await page.waitForFunction(this.project.says(word), undefined, { timeout: 20_000 });
        changed.push(performance.now() - since);
      }
      return { cold, changed };
    } finally {
      server.kill();
      await ended;
      this.#write(null);
    }
  }

  #write(word: string | null): void {
    const { changed, files, withWord } = this.project;
    const content = (word === null ? files : withWord(word))[changed] ?? "";
    writeFileSync(join(this.folder, changed), content);
  }
}

/** Waits until a program has written something. */
function until(stream: NodeJS.ReadableStream, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk) => {
      text += String(chunk);
      if (text.includes(part)) resolve();
    });
    stream.once("end", () => reject(new Error(`the dev server ended before it was ready: ${text}`)));
  });
}

import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

export type AppFile = { path: string; content: string };

const folder = (name: string): string => fileURLToPath(new URL(`./apps/${name}/`, import.meta.url));
const base = (): string => readFileSync(new URL("./apps/base.css", import.meta.url), "utf8");

/** The files of a worked example. Every style sheet begins with the common one, so that the examples look related. */
export function appFiles(name: string): AppFile[] {
  const root = folder(name);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = `${entry.parentPath}/${entry.name}`;
      const path = relative(root, file).replaceAll("\\", "/");
      const content = readFileSync(file, "utf8");
      return { path, content: /(^|\/)style\.css$/.test(path) ? `${base()}\n${content}` : content };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @returns the files whose paths match, for a conversation that writes an app in several steps. */
export const pick = (files: AppFile[], pattern: RegExp): AppFile[] => files.filter((file) => pattern.test(file.path));

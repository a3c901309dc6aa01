import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { placeAt } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** A program around a page that answers calls which a browser does not have. */
type Host = {
  name: string;
  /** Matches a call of the host in a page's code; the first group is the called module or object. */
  call: RegExp;
  isPresent: (files: SourceFiles, dependencies: Record<string, string>) => boolean;
};

const HOSTS: Host[] = [
  {
    name: "Tauri",
    call: /\b(?:from|import)\s*\(?\s*["'](@tauri-apps\/[\w/-]+)["']/,
    isPresent: () => true,
  },
  {
    name: "Wails",
    call: /\b(?:from|import)\s*\(?\s*["'][./@~\w-]*\/(wailsjs\/[\w/.-]+)["']/,
    isPresent: () => true,
  },
  {
    name: "Electron",
    call: /\b(window\.(?:electron(?:API)?|api|ipcRenderer)|ipcRenderer|require\(["']electron["']\))\??\./,
    isPresent: (_, dependencies) => Object.hasOwn(dependencies, "electron"),
  },
  {
    name: "a browser's extension",
    call: /\b((?:chrome|browser)\.(?:runtime|storage|tabs|action|scripting|sidePanel|bookmarks|history))\b/,
    isPresent: (files) =>
      ["manifest.json", "public/manifest.json"].some((path) =>
        /"manifest_version"\s*:/.test(readText(files, path) ?? ""),
      ),
  },
];
const SCRIPT = /\.([cm]?[jt]sx?|vue|svelte|html)$/;

/**
 * Warns of calls that only a program around the page answers, such as Tauri's: the page is built, and they fail in a browser.
 * @param reached the files whose code runs in the pages
 * @param files all files of the app, by which a host is known
 * @param dependencies all dependencies of package.json
 * @returns a warning for each host, at its first call
 */
export function nativeHosts(
  reached: SourceFiles,
  files: SourceFiles,
  dependencies: Record<string, string>,
): Diagnostic[] {
  const scripts = [...reached.keys()].filter((path) => SCRIPT.test(path)).sort();
  return HOSTS.filter(({ isPresent }) => isPresent(files, dependencies)).flatMap(({ name, call }): Diagnostic[] => {
    for (const path of scripts) {
      const text = readText(reached, path) ?? "";
      const found = call.exec(text);
      const [whole, called = ""] = found ?? [];
      if (found === null || whole === undefined) continue;
      const suggestedPrompt = `Make this app work in a browser, with src/server.ts for what it asks of ${name}.`;
      const message = `Only ${name} answers calls of ${called}. The page runs without it here, so these calls fail. Ask an agent: "${suggestedPrompt}"`;
      const at = placeAt(path, text, found.index + whole.indexOf(called));
      return [{ ...at, severity: "warning", message, suggestedPrompt }];
    }
    return [];
  });
}

import { parse } from "jsonc-parser";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { cronFault } from "../time/cron.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { readWrangler } from "./wrangler-config.ts";

/** The most cron expressions of an app. */
const MAX_CRONS = 5;
const OWN = "edgesmith.json";

/**
 * Reads an app's cron expressions: `crons` of edgesmith.json in the project's root, and `triggers.crons` of its wrangler
 * configuration.
 * @param around files of the project outside of the app's folder
 * @returns the valid expressions, and a diagnostic for each other one
 */
export function cronsOf(files: SourceFiles, around: SourceFiles): { crons: string[]; diagnostics: Diagnostic[] } {
  const root = around.has(OWN) ? around : files;
  const text = readText(root, OWN);
  const config = readWrangler(files);
  const configured = config.path ?? "";
  const named = [
    ...listIn(parse(text ?? "{}")).map((cron) => ({
      cron,
      // A leading slash marks a path of the project instead of the app's folder (app-folder.ts).
      path: `/${OWN}`,
      text: text ?? "",
    })),
    ...config.crons.map((cron) => ({ cron, path: configured, text: readText(files, configured) ?? "" })),
  ];
  const crons = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { cron, path, text: source } of named) {
    const isOver = !crons.has(cron) && crons.size >= MAX_CRONS;
    const fault = cronFault(cron) ?? (isOver ? `An app may have ${MAX_CRONS} cron expressions.` : null);
    if (fault === null) crons.add(cron);
    else diagnostics.push({ ...placeOf(path, source, `"${cron}"`), severity: "error", message: fault });
  }
  return { crons: [...crons], diagnostics };
}

function listIn(config: unknown): string[] {
  const list: unknown = typeof config === "object" && config !== null ? Reflect.get(config, "crons") : undefined;
  return Array.isArray(list) ? list.map(String) : [];
}

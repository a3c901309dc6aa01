import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { DependencyFields } from "../packages/wanted-packages.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** The fields of package.json that a build reads. */
export type Manifest = {
  /** The dependency fields, unchanged. */
  fields: DependencyFields;
  /** Runtime dependencies. */
  dependencies: Record<string, string>;
  /** All dependencies: runtime, development and optional. */
  all: Record<string, string>;
  /** `overrides`, `pnpm.overrides` or `resolutions`, unchanged. */
  overrides: unknown;
};

/** Parses a project's manifest. An invalid one is a diagnostic, not a failure. */
export function readManifest(files: SourceFiles): { manifest: Manifest; diagnostics: Diagnostic[] } {
  const content = readText(files, "package.json")?.replace(/^\uFEFF/, "") ?? null;
  const parsed = content === null ? {} : parseObject(content);
  if (parsed === null) {
    const diagnostic = {
      path: "package.json",
      line: 1,
      column: 1,
      severity: "error" as const,
      message: "Not valid JSON.",
    };
    return { manifest: { fields: {}, dependencies: {}, all: {}, overrides: undefined }, diagnostics: [diagnostic] };
  }
  const kinds = ["peerDependencies", "optionalDependencies", "devDependencies", "dependencies"];
  const fields = Object.fromEntries(kinds.map((kind) => [kind, stringsOf(parsed[kind])]));
  const all = Object.assign({}, ...Object.values(fields));
  const { overrides, resolutions, pnpm } = parsed;
  const ofPnpm = typeof pnpm === "object" && pnpm !== null ? Reflect.get(pnpm, "overrides") : undefined;
  const manifest = {
    fields,
    dependencies: stringsOf(parsed.dependencies),
    all,
    overrides: overrides ?? ofPnpm ?? resolutions,
  };
  return { manifest, diagnostics: [] };
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

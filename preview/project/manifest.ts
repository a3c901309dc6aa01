import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { DependencyFields } from "../packages/wanted-packages.ts";
import type { AppFolder } from "./app-folder.ts";
import { parseJson } from "./json-error.ts";
import { placeAt } from "./place-of.ts";
import { readText } from "./source-files.ts";

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

/**
 * Parses an app's manifest: its own, else that of the project's root, which has the packages of all apps of Nx. An invalid one is a
 * diagnostic, not a failure.
 */
export function readManifest({ files, around }: Pick<AppFolder, "files" | "around">): {
  manifest: Manifest;
  diagnostics: Diagnostic[];
} {
  const text = readText(files, "package.json") ?? readText(around, "package.json");
  const content = text?.replace(/^\uFEFF/, "") ?? null;
  const { value, error } =
    content === null ? { value: {}, error: null } : parseJson(content, { disallowComments: true });
  if (error !== null || !isRecord(value)) {
    const place = placeAt("package.json", content ?? "", error?.offset ?? 0);
    const message = `package.json is not valid JSON: ${error?.reason ?? "it must begin with { and end with }"}.`;
    const manifest = { fields: {}, dependencies: {}, all: {}, overrides: undefined };
    return { manifest, diagnostics: [{ ...place, severity: "error", message }] };
  }
  const kinds = ["peerDependencies", "optionalDependencies", "devDependencies", "dependencies"];
  const fields = Object.fromEntries(kinds.map((kind) => [kind, stringsOf(value[kind])]));
  const all = Object.assign({}, ...Object.values(fields));
  const { overrides, resolutions, pnpm } = value;
  const ofPnpm = typeof pnpm === "object" && pnpm !== null ? Reflect.get(pnpm, "overrides") : undefined;
  const manifest = {
    fields,
    dependencies: stringsOf(value.dependencies),
    all,
    overrides: overrides ?? ofPnpm ?? resolutions,
  };
  return { manifest, diagnostics: [] };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function stringsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

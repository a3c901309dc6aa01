import type { BuildAsset, BuildSummary, Diagnostic, ServedSize } from "../../../worker/contract/index.ts";
import { bytes, plural } from "../ui/format.ts";

/** Formats a size: "312 KB (98 KB gzip)". */
export const sizeText = (size: ServedSize): string => `${bytes(size.bytes)} (${bytes(size.gzipBytes)} gzip)`;

/** Formats a duration: "1.2 s", and below a second "340 ms". */
export const durationText = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Summarizes a build: "Build: 312 KB (98 KB gzip), 1.2 s, 3 warnings". */
export function buildLine({ totals: { scripts, styles, other }, ms, diagnostics }: BuildSummary): string {
  const parts = [scripts, styles, other];
  const total = {
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    gzipBytes: parts.reduce((sum, part) => sum + part.gzipBytes, 0),
  };
  const warnings = diagnostics.length === 0 ? [] : [plural(diagnostics.length, "warning")];
  return `Build: ${[sizeText(total), durationText(ms), ...warnings].join(", ")}`;
}

/** Describes the type checker's result. */
export function typesText({ status, diagnostics }: BuildSummary["types"]): string {
  if (status === "pending") return "Checking…";
  if (status === "unavailable") return "Not checked";
  return diagnostics.length === 0 ? "No errors" : plural(diagnostics.length, "error");
}

/** Returns a built file's URL without the folder that all built files share. */
export const shortAddress = (address: string): string => address.replace(/^\/__edgesmith\/built\//, "");

/** Sorts the files of a build, largest first. */
export const largestFirst = (assets: readonly BuildAsset[]): BuildAsset[] =>
  assets.toSorted((one, other) => other.bytes - one.bytes);

/**
 * Returns the prompt that a build suggests, such as to convert a project whose framework cannot run here; null if it
 * suggests none.
 */
export const suggestedPrompt = (
  diagnostics: readonly Pick<Diagnostic, "message" | "suggestedPrompt">[],
): string | null => diagnostics.find((one) => one.suggestedPrompt !== undefined)?.suggestedPrompt ?? null;

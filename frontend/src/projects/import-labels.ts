import type { SkippedFile, SkipReason } from "../../../worker/contract/index.ts";

/** The headings of the lists of skipped files, by reason. */
export const skipLabels: Record<SkipReason, string> = {
  file_too_large: "Larger than your plan allows",
  project_too_large: "Over your plan's project size",
  link: "Links",
  special_file: "Special files",
  binary_lockfile: "Binary lock file (run “bun install --save-text-lockfile”)",
  build_output: "Build output",
  environment: "Files with keys",
  dependencies: "Installed packages",
  cache: "Caches",
  version_control: "Version control",
  system_file: "System files",
};

/** Reasons that may break the app, since no build or installation restores these files. */
const missed: readonly SkipReason[] = ["file_too_large", "project_too_large", "link"];

export const isMissed = ({ reason }: SkippedFile): boolean => missed.includes(reason);

/** Groups skipped files by reason, in the order of first occurrence. */
export function byReason(skipped: readonly SkippedFile[]): { reason: SkipReason; files: SkippedFile[] }[] {
  const groups = new Map<SkipReason, SkippedFile[]>();
  for (const one of skipped) groups.set(one.reason, [...(groups.get(one.reason) ?? []), one]);
  return [...groups].map(([reason, files]) => ({ reason, files }));
}

/** Derives a project's name from the name of a file or folder. */
export const nameFromFile = (file: string): string =>
  file
    .replace(/\.(zip|tar\.gz|tgz)$/i, "")
    .trim()
    .slice(0, 100) || "Imported";

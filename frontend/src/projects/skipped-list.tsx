import type { SkippedFile } from "../../../worker/contract/index.ts";
import { bytes, count, plural } from "../ui/format.ts";
import { byReason, isMissed, skipLabels } from "./import-labels.ts";

type SkippedListProps = { skipped: SkippedFile[]; total: number };

/** Lists an import's skipped files by reason. Reasons that may break the app start expanded. */
export function SkippedList({ skipped, total }: SkippedListProps) {
  if (total === 0) return null;
  const missed = skipped.filter(isMissed).length;
  return (
    <section aria-label="Skipped files">
      <p className="text-sm text-soft">
        {missed > 0
          ? `${plural(missed, "file wasn't", "files weren't")} imported. If the app needs ${missed === 1 ? "it" : "them"}, add a smaller version.`
          : "We skipped files that are installed or built again, or aren't part of the app."}
      </p>
      <div className="mt-3 max-h-[min(18rem,35vh)] overflow-y-auto rounded-md border border-line">
        {byReason(skipped).map(({ reason, files }) => (
          <details key={reason} open={files.some(isMissed)} className="border-line not-last:border-b">
            <summary className="cursor-pointer px-3 py-2 text-sm hover:bg-sunken">
              {skipLabels[reason]} <span className="text-faint">({count(files.length)})</span>
            </summary>
            <ul className="pb-2">
              {files.map(({ path, bytes: size }) => (
                <li key={path} className="flex items-baseline justify-between gap-4 px-3 py-0.5 text-xs">
                  <code className="min-w-0 wrap-anywhere">{path}</code>
                  {size > 0 && <span className="shrink-0 text-faint">{bytes(size)}</span>}
                </li>
              ))}
            </ul>
          </details>
        ))}
      </div>
      {total > skipped.length && <p className="mt-2 text-xs text-faint">And {count(total - skipped.length)} more.</p>}
    </section>
  );
}

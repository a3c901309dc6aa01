import { TriangleAlert } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { type Choice, mergedText, type Region } from "./three-way.ts";
import type { OpenFile } from "./use-open-file.ts";

type ConflictBarProps = {
  file: OpenFile;
  /** The merge of both changes; null if the file was deleted. */
  regions: readonly Region[] | null;
  isComparing: boolean;
  onCompare: () => void;
  onDiscard: () => void;
  onClose: () => void;
};

const noChoices: ReadonlyMap<number, Choice> = new Map();

/**
 * Offers to merge, compare, overwrite or discard when the file changed while the person edited it. Until then nothing
 * is overwritten.
 */
export function ConflictBar({ file, regions, isComparing, onCompare, onDiscard, onClose }: ConflictBarProps) {
  const { draft, stored, isGone, save } = file;
  if (draft === undefined || !file.clash) return null;
  const merged = regions === null ? null : mergedText(regions, noChoices);
  const keepMine = () => {
    if (stored === undefined) save.mutate({ draft, how: "create" });
    else save.mutate({ draft: { ...draft, base: stored }, how: "plain" });
  };
  const drop = () => {
    onDiscard();
    if (isGone) onClose();
  };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-ember-wash px-3 py-2 text-sm"
    >
      <TriangleAlert size={15} className="shrink-0 text-ember" />
      <span className="min-w-48 flex-1">
        {isGone
          ? "Someone deleted this file while you were editing."
          : "Someone changed this file while you were editing."}
        {regions !== null && merged === null && " The edits overlap."}
      </span>
      {merged !== null && stored !== undefined && (
        <Button
          small
          tone="primary"
          busy={save.isPending}
          onClick={() => save.mutate({ draft: { text: merged, base: stored }, how: "merge" })}
        >
          Merge
        </Button>
      )}
      {regions !== null && (
        <Button small tone={merged === null ? "primary" : "plain"} aria-pressed={isComparing} onClick={onCompare}>
          {isComparing ? "Back to the editor" : "Compare"}
        </Button>
      )}
      <Button small disabled={save.isPending} onClick={keepMine}>
        Keep mine
      </Button>
      <Button small disabled={save.isPending} onClick={drop}>
        {isGone ? "Close" : "Discard mine"}
      </Button>
    </div>
  );
}

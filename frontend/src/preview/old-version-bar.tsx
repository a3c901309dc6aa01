import { History } from "lucide-react";
import { noSuchVersion } from "../history/no-such-version.ts";
import { useRestore } from "../history/use-restore.ts";
import { Button } from "../ui/button.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

/**
 * States that the preview shows an older version, or that the requested version does not exist, and offers to restore
 * it or to return to the current version.
 */
export function OldVersionBar() {
  const { head, previewedRevision, previewRevision } = useWorkspace();
  const restore = useRestore(() => previewRevision(null));
  if (previewedRevision === null) return null;
  const missing = noSuchVersion(previewedRevision, head);
  return (
    <div
      role="status"
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-ember-wash px-3 py-1.5 text-sm"
    >
      <History size={14} className="shrink-0 text-ember" />
      <p className="min-w-40 flex-1">
        {missing ?? `You're viewing version ${previewedRevision}. Nothing is restored yet.`}
      </p>
      {missing === null && (
        <Button small tone="primary" busy={restore.isPending} onClick={() => restore.mutate(previewedRevision)}>
          Restore this version
        </Button>
      )}
      <Button small onClick={() => previewRevision(null)}>
        Back to current
      </Button>
    </div>
  );
}

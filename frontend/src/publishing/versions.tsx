import { useMutation } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { PublishedVersion } from "../../../worker/contract/index.ts";
import { listPublishedVersions, restorePublishedVersion } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { EnvironmentList } from "../app-settings/environment-list.tsx";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";

const note = "The last ten published versions. Restoring one brings back that build and keeps visitors' data.";

/** Lists the publications that can be restored, and restores one. */
export function Versions({ projectId }: { projectId: string }) {
  const [asked, setAsked] = useState<PublishedVersion | null>(null);
  return (
    <Section title="Published versions" note={note}>
      <EnvironmentList
        label="Published versions"
        none="Nothing has been published yet."
        listKey={keys.publishing(projectId, "versions")}
        list={() => listPublishedVersions(projectId)}
      >
        {(version) => (
          <li key={version.number} className="flex items-center gap-3 px-4 py-3">
            <div className="min-w-0 flex-1">
              <p className="text-sm">
                Version {version.revision}
                {version.live && <span className="ml-2 text-xs text-good">Live</span>}
              </p>
              <p className="mt-0.5 text-xs text-soft">Published {timeAgo(version.createdAt)}</p>
            </div>
            {!version.live && (
              <Button small aria-label={`Restore version ${version.revision}`} onClick={() => setAsked(version)}>
                <Undo2 size={13} /> Restore
              </Button>
            )}
          </li>
        )}
      </EnvironmentList>
      {asked !== null && <RestoreDialog projectId={projectId} version={asked} onClose={() => setAsked(null)} />}
    </Section>
  );
}

type RestoreDialogProps = { projectId: string; version: PublishedVersion; onClose: () => void };

function RestoreDialog({ projectId, version: { number, revision }, onClose }: RestoreDialogProps) {
  const restore = useMutation({
    meta: { shown: true },
    mutationFn: () => restorePublishedVersion(projectId, number),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.project(projectId) });
      toast(`Version ${revision} is public again.`);
      onClose();
    },
  });
  return (
    <Confirm
      title={`Make version ${revision} public again?`}
      text="Visitors see it when they next load a page. Their data doesn't change."
      action="Restore"
      busy={restore.isPending}
      error={restore.error}
      onConfirm={() => restore.mutate()}
      onClose={onClose}
    />
  );
}

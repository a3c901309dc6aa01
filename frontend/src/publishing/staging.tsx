import { useMutation, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import type { StagedApp } from "../../../worker/contract/index.ts";
import { discardStagedApp, getStagedApp, promoteStagedApp, stageProject } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { CopyRow } from "./copy-row.tsx";
import { LogLines } from "./server-log.tsx";

const note =
  "A trial version with its own data and the preview's variables and secrets. Only people with its link can open it.";

/** Also refetches the address and the versions, which staging and promoting change. */
const reload = (projectId: string) => queryClient.invalidateQueries({ queryKey: keys.project(projectId) });

/** Shows a project's staged app. Stages a version, publishes the staged version and discards it. */
export function Staging({ projectId, head }: { projectId: string; head: number }) {
  const query = useQuery({
    queryKey: keys.publishing(projectId, "staging"),
    queryFn: () => getStagedApp(projectId),
  });
  return (
    <Section title="Staging" note={note}>
      {query.isPending && <Skeleton lines={2} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && <Staged projectId={projectId} head={head} staged={query.data.staged} />}
    </Section>
  );
}

type StagedProps = { projectId: string; head: number; staged: StagedApp | null };

function Staged({ projectId, head, staged }: StagedProps) {
  const [asked, setAsked] = useState(false);
  const stage = useMutation({
    meta: { shown: true },
    mutationFn: () => stageProject(projectId, head),
    onSuccess: () => reload(projectId),
  });
  const promote = useMutation({
    meta: { shown: true },
    mutationFn: (revision: number) => promoteStagedApp(projectId, revision),
    onSuccess: async ({ revision }) => {
      await reload(projectId);
      toast(`Version ${revision} is public.`);
    },
  });
  const busy = stage.isPending || promote.isPending;
  return (
    <div className="grid gap-4">
      {staged === null ? <p className="text-sm text-faint">Nothing is staged.</p> : <StagedAddress staged={staged} />}
      <Refusal error={stage.error ?? promote.error} />
      <div className="flex flex-wrap gap-2">
        {staged !== null && !staged.live && (
          <Button
            tone="primary"
            busy={promote.isPending}
            disabled={busy}
            onClick={() => promote.mutate(staged.revision)}
          >
            Make version {staged.revision} public
          </Button>
        )}
        {head > 0 && staged?.revision !== head && (
          <Button busy={stage.isPending} disabled={busy} onClick={() => stage.mutate()}>
            Stage version {head}
          </Button>
        )}
        {staged !== null && (
          <Button tone="danger" disabled={busy} onClick={() => setAsked(true)}>
            Discard
          </Button>
        )}
      </div>
      {staged !== null && (
        <div>
          <h3 className="mb-2 text-sm font-medium">Its server's log</h3>
          <LogLines key={staged.url} projectId={projectId} app="staged" />
        </div>
      )}
      {asked && <DiscardDialog projectId={projectId} onClose={() => setAsked(false)} />}
    </div>
  );
}

function StagedAddress({ staged: { url, revision, live, stagedAt } }: { staged: StagedApp }) {
  return (
    <div>
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <CopyRow label="Staging link" value={url} />
        </div>
        <Button aria-label="Open the staged version" onClick={() => window.open(url, "_blank", "noopener,noreferrer")}>
          <ExternalLink size={14} /> Open
        </Button>
      </div>
      <p className="mt-2 text-xs text-soft">
        Version {revision}, staged {timeAgo(stagedAt)}.{live && " It is what the public sees."}
      </p>
    </div>
  );
}

function DiscardDialog({ projectId, onClose }: { projectId: string; onClose: () => void }) {
  const discard = useMutation({
    meta: { shown: true },
    mutationFn: () => discardStagedApp(projectId),
    onSuccess: async () => {
      onClose();
      // The staged app's log is deleted too, and an open log would otherwise be requested once more.
      queryClient.setQueryData(keys.publishing(projectId, "staging"), { staged: null });
      queryClient.removeQueries({ queryKey: keys.publishing(projectId, "log", "staged") });
      await reload(projectId);
    },
  });
  return (
    <Confirm
      title="Discard the staged version?"
      text="Its link stops working permanently, and its data is deleted. The published app doesn't change."
      action="Discard"
      busy={discard.isPending}
      error={discard.error}
      onConfirm={() => discard.mutate()}
      onClose={onClose}
    />
  );
}

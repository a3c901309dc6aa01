import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ImportReport } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { applyBatch, readFile } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { choiceFile, rootIn, withRoot } from "./edit-root.ts";
import { ProposedList } from "./proposed-list.tsx";
import { RootChoice } from "./root-choice.tsx";
import { SkippedList } from "./skipped-list.tsx";

/** Reads the project's `edgesmith.json`; an empty text if the file does not exist. */
async function readChoice(projectId: string): Promise<string> {
  try {
    return (await readFile(projectId, choiceFile)).content;
  } catch (error) {
    if (isApiError(error, "not_found")) return "";
    throw error;
  }
}

async function saveRoot(projectId: string, root: string): Promise<void> {
  const content = withRoot(await readChoice(projectId), root);
  const message = `Build ${root === "" ? "the root folder" : root}`;
  const { revision } = await applyBatch(projectId, {
    message,
    operations: [{ op: "write", path: choiceFile, content }],
  });
  moveHead(projectId, revision);
}

type ImportDialogProps = {
  title: string;
  project: { id: string };
  report: ImportReport;
  action: string;
  onDone: () => void;
  onClose: () => void;
};

/** Shows the skipped files of an import, and asks which app to build if there are several. */
export function ImportDialog({ title, project, report, action, onDone, onClose }: ImportDialogProps) {
  const { skipped, skippedTotal, root, roots } = report;
  const isAsked = roots.length > 1;
  const [picked, setPicked] = useState<string | null>(null);
  const kept = useQuery({
    queryKey: ["root-choice", project.id],
    queryFn: async () => rootIn(await readChoice(project.id)),
    enabled: isAsked,
    gcTime: 0,
  });
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (next: string) => saveRoot(project.id, next),
    onSuccess: onDone,
  });
  const current = kept.data ?? root;
  const finish = () => (picked === null || picked === current ? onDone() : save.mutate(picked));
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="grid gap-5">
        {isAsked && <RootChoice roots={roots} chosen={picked ?? current} onChoose={setPicked} />}
        {root === null && (
          <p className="text-sm text-soft">
            We found no page and no framework, so there's nothing to preview yet. Ask an agent to add a page.
          </p>
        )}
        <ProposedList projectId={project.id} proposed={report.environment} />
        <SkippedList skipped={skipped} total={skippedTotal} />
        <Refusal error={save.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button tone="primary" busy={save.isPending} onClick={finish} autoFocus>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

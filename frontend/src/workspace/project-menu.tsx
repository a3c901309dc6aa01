import { Bell, Bot, Copy, Ellipsis, FileArchive, Globe, KeyRound, Pencil, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ProjectDetail } from "../../../worker/contract/index.ts";

import { DeleteDialog, ImportDialog, RenameDialog } from "../projects/lazy-dialogs.tsx";
import { useDuplicate } from "../projects/use-duplicate.ts";
import { ShareDialog } from "../sharing/lazy-share-dialog.tsx";
import { Menu } from "../ui/menu.tsx";
import { canAskForNotices } from "./use-run-notice.ts";

/** The menu of actions on the project as a whole. */
export function ProjectMenu({ project }: { project: Pick<ProjectDetail, "id" | "name" | "role" | "import"> }) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<"rename" | "share" | "import" | "delete" | null>(null);
  const close = () => setAsked(null);
  const isOwner = project.role === "owner";
  const isViewer = project.role === "viewer";
  const report = project.import;
  // Queried once: the query blocks on another browser process, which would delay every token of a run.
  const [canAsk, setCanAsk] = useState(canAskForNotices);
  const askForNotices = () => void Notification.requestPermission().then(() => setCanAsk(canAskForNotices()));
  const duplicate = useDuplicate(project, (copy) => navigate(`/projects/${copy.id}`));
  return (
    <>
      <Menu
        label="Project"
        icon={<Ellipsis size={16} />}
        items={[
          { title: isOwner ? "Share" : "Members", Icon: UserPlus, act: () => setAsked("share") },
          ...(isViewer ? [] : [{ title: "Rename", Icon: Pencil, act: () => setAsked("rename") }]),
          ...(isOwner
            ? [
                { title: "Duplicate", Icon: Copy, act: () => duplicate.mutate(), disabled: duplicate.isPending },
                { title: "Publishing", Icon: Globe, act: () => navigate(`/projects/${project.id}/publishing`) },
                { title: "App settings", Icon: KeyRound, act: () => navigate(`/projects/${project.id}/settings`) },
              ]
            : []),
          ...(canAsk ? [{ title: "Notify when done", Icon: Bell, act: askForNotices }] : []),
          ...(isViewer ? [] : [{ title: "Agents", Icon: Bot, act: () => navigate(`/projects/${project.id}/agents`) }]),
          ...(report === undefined
            ? []
            : [{ title: "Import report", Icon: FileArchive, act: () => setAsked("import") }]),
          ...(isOwner ? [{ title: "Delete", Icon: Trash2, act: () => setAsked("delete") }] : []),
        ]}
      />
      {asked === "rename" && <RenameDialog project={project} onDone={close} onClose={close} />}
      {asked === "share" && <ShareDialog project={project} onClose={close} />}
      {asked === "import" && report !== undefined && (
        <ImportDialog
          title="Import report"
          project={project}
          report={report}
          action="Done"
          onDone={close}
          onClose={close}
        />
      )}
      {asked === "delete" && <DeleteDialog project={project} onDone={() => navigate("/")} onClose={close} />}
    </>
  );
}

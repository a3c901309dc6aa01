import { Bell, Bot, Copy, Ellipsis, FileArchive, Globe, KeyRound, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ProjectDetail } from "../../../worker/contract/index.ts";

import { DeleteDialog, ImportDialog, RenameDialog } from "../projects/lazy-dialogs.tsx";
import { useDuplicate } from "../projects/use-duplicate.ts";
import { Menu } from "../ui/menu.tsx";
import { canAskForNotices } from "./use-run-notice.ts";

/** The menu of actions on the whole project. */
export function ProjectMenu({ project }: { project: Pick<ProjectDetail, "id" | "name" | "import"> }) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<"rename" | "import" | "delete" | null>(null);
  const close = () => setAsked(null);
  const report = project.import;
  const duplicate = useDuplicate(project, (copy) => navigate(`/projects/${copy.id}`));
  return (
    <>
      <Menu
        label="Project"
        icon={<Ellipsis size={16} />}
        items={[
          { title: "Rename", Icon: Pencil, act: () => setAsked("rename") },
          { title: "Duplicate", Icon: Copy, act: () => duplicate.mutate(), disabled: duplicate.isPending },
          { title: "Publishing", Icon: Globe, act: () => navigate(`/projects/${project.id}/publishing`) },
          { title: "App settings", Icon: KeyRound, act: () => navigate(`/projects/${project.id}/settings`) },
          ...(canAskForNotices()
            ? [{ title: "Notify when done", Icon: Bell, act: () => void Notification.requestPermission() }]
            : []),
          { title: "Agents", Icon: Bot, act: () => navigate(`/projects/${project.id}/agents`) },
          ...(report === undefined
            ? []
            : [{ title: "Import report", Icon: FileArchive, act: () => setAsked("import") }]),
          { title: "Delete", Icon: Trash2, act: () => setAsked("delete") },
        ]}
      />
      {asked === "rename" && <RenameDialog project={project} onDone={close} onClose={close} />}
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

import type { ReactNode } from "react";
import type { ProjectRole } from "../../../worker/contract/index.ts";
import { Empty } from "../ui/feedback.tsx";

type OwnersPartProps = {
  /** Undefined until the project is read. */
  role: ProjectRole | undefined;
  children: ReactNode;
};

/** A part of a page that only the owner of a project can use. Others come here by a link that somebody has sent. */
export function OwnersPart({ role, children }: OwnersPartProps) {
  if (role === undefined || role === "owner") return children;
  return (
    <Empty title="Only the owner of this project can use this page.">Ask the owner to change what you need.</Empty>
  );
}

import type { ReactNode } from "react";
import type { ProjectRole } from "../../../worker/contract/index.ts";
import { Empty } from "../ui/feedback.tsx";

type OwnersPartProps = {
  /** The person's role; undefined until the project is loaded. */
  role: ProjectRole | undefined;
  children: ReactNode;
};

/** A part of a page that only a project's owner can use. Others can only reach it through a shared link. */
export function OwnersPart({ role, children }: OwnersPartProps) {
  if (role === undefined || role === "owner") return children;
  return (
    <Empty title="Only the owner of this project can use this page.">Ask the owner to change what you need.</Empty>
  );
}

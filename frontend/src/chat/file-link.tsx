import type { ReactNode } from "react";
import { useWorkspace } from "../workspace/workspace-context.ts";

type FileLinkProps = { path: string; line?: number; children: ReactNode };

/** A link in a model's text to a file of the project. */
export function FileLink({ path, line, children }: FileLinkProps) {
  const { openFile } = useWorkspace();
  return (
    <button
      type="button"
      title={path}
      className="text-left text-ember-deep underline decoration-1 underline-offset-3 wrap-anywhere"
      onClick={() => openFile(path, line)}
    >
      {children}
    </button>
  );
}

import { createContext, useContext } from "react";
import type { ProjectRole } from "../../../worker/contract/index.ts";
import type { Sent } from "../chat/start-prompt.ts";
import type { HotFile } from "../chat/tool-labels.ts";

/** A file that the run is writing. `isShown`: whether its text streams, so that the editor can show it. */
export type WritingFile = { path: string; isShown: boolean };

export type Place = { path: string; line?: number | undefined };
export type View = "chat" | "preview" | "code" | "data" | "history";

/** `instead` replaces the current history entry, whose target no longer exists. */
export type Leaving = { instead: boolean };

/** The state and actions that the parts of a workspace share. */
export type Workspace = {
  projectId: string;
  /** The person's role in the project. */
  role: ProjectRole;
  head: number;
  /** The files that the run is writing, newest last. Their growing text is in a separate context. */
  writing: readonly WritingFile[];
  running: boolean;
  /** Whether the active run is waiting for an answer. */
  waiting: boolean;
  /** Whether the runs are loaded. They are not on a newly opened page. */
  known: boolean;
  /** The number of requests of streamed runs that may have changed the app's data. */
  dataChanges: number;
  place: Place | null;
  openFile: (path: string, line?: number, how?: Leaving) => void;
  closeFile: (how?: Leaving) => void;
  shownRevision: number | null;
  openRevision: (number: number | null) => void;
  /** The older version that the preview shows; null for the current version. */
  previewedRevision: number | null;
  /** Previews the app at a version without restoring it; null returns to the current version. */
  previewRevision: (number: number | null) => void;
  show: (view: View) => void;
  /** Sends a prompt as if the person had typed it. The router picks an agent unless `how` names one. */
  ask: (prompt: string, how?: Omit<Sent, "prompt">) => void;
};

const Context = createContext<Workspace | null>(null);
export const WorkspaceProvider = Context.Provider;

/**
 * Returns the workspace around the component.
 * @throws Error outside of a workspace
 */
export function useWorkspace(): Workspace {
  const workspace = useContext(Context);
  if (workspace === null) throw new Error("useWorkspace is used outside of a workspace");
  return workspace;
}

const GrowingContext = createContext<readonly HotFile[]>([]);
/**
 * Provides the text being written, which changes thirty times a second, so only the components that show it subscribe.
 */
export const GrowingProvider = GrowingContext.Provider;

/** Returns the partial text of a file that the run is writing; null for any other file. */
export function useGrowingText(path: string | undefined): string | null {
  return useContext(GrowingContext).findLast((file) => file.path === path)?.content ?? null;
}

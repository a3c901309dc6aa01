import { createContext, useContext } from "react";
import type { RunMode } from "../../../worker/contract/index.ts";
import type { HotFile } from "../chat/tool-labels.ts";

export type Place = { path: string; line?: number | undefined };
export type View = "chat" | "preview" | "code" | "history";

/** Whether Back leads to the place that is left; to one that is no more it does not. */
export type Leaving = { instead: boolean };

/** What the parts of a workspace ask of one another. */
export type Workspace = {
  projectId: string;
  head: number;
  /** What the run is writing now. */
  writing: readonly HotFile[];
  running: boolean;
  /** Whether the run that goes on waits for an answer. */
  waiting: boolean;
  /** Whether it is known already what runs: not while a page has just been opened. */
  known: boolean;
  /** How many calls of runs that were watched may have changed the app's own data. */
  dataChanges: number;
  place: Place | null;
  openFile: (path: string, line?: number, how?: Leaving) => void;
  closeFile: (how?: Leaving) => void;
  shownRevision: number | null;
  openRevision: (number: number | null) => void;
  show: (view: View) => void;
  /** Sends a prompt as if it had been typed; the router chooses unless an agent is named. */
  ask: (prompt: string, how?: { agent?: string; mode?: RunMode }) => void;
};

const Context = createContext<Workspace | null>(null);
export const WorkspaceProvider = Context.Provider;

export function useWorkspace(): Workspace {
  const workspace = useContext(Context);
  if (workspace === null) throw new Error("useWorkspace is used outside of a workspace");
  return workspace;
}

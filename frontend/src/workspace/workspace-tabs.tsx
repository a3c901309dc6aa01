import { Code, Database, History, MessagesSquare, MonitorPlay } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { View } from "./workspace-context.ts";

/** The panels of a workspace, in the order of their tabs. */
export const tabs = [
  { view: "chat", title: "Chat", Icon: MessagesSquare },
  { view: "preview", title: "Preview", Icon: MonitorPlay },
  { view: "code", title: "Code", Icon: Code },
  { view: "data", title: "Data", Icon: Database },
  { view: "history", title: "History", Icon: History },
] as const;

type WorkspaceTabsProps = {
  view: View;
  /** A panel that the person may not see; null for none. */
  hidden: View | null;
  /** Whether the chat is shown beside the other panels, and therefore has no tab. */
  isWide: boolean;
  writing: boolean;
  onShow: (view: View) => void;
};

/**
 * Implements the keyboard of the WAI-ARIA tabs pattern: arrows, Home and End move the focus, and the focused tab is
 * shown.
 */
function onTabKey(event: KeyboardEvent<HTMLElement>) {
  const shown = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const at = shown.findIndex((tab) => tab.contains(document.activeElement));
  const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  const next = shown.at(move % shown.length);
  next?.focus();
  next?.click();
}

export function WorkspaceTabs({ view, hidden, isWide, writing, onShow }: WorkspaceTabsProps) {
  return (
    <div
      role="tablist"
      aria-label="Workspace"
      className="flex gap-0.5 rounded-md bg-sunken p-0.5 max-md:order-last max-md:mb-1.5 max-md:basis-full"
      onKeyDown={onTabKey}
    >
      {tabs
        .filter((tab) => (!isWide || tab.view !== "chat") && tab.view !== hidden)
        .map(({ view: name, title, Icon }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls={`panel-${name}`}
            aria-selected={name === view}
            tabIndex={name === view ? 0 : -1}
            onClick={() => onShow(name)}
            className="relative flex h-7 items-center justify-center gap-1.5 rounded px-2.5 text-xs text-soft hover:text-ink aria-selected:bg-raised aria-selected:text-ink aria-selected:shadow-sm max-md:flex-1 max-md:px-1"
          >
            <Icon size={13} /> {title}
            {name === "code" && writing && (
              <span className="absolute -top-0.5 -right-0.5 size-2 animate-heat rounded-full bg-ember" />
            )}
          </button>
        ))}
    </div>
  );
}

import { Code, History, MessagesSquare, MonitorPlay } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { View } from "./workspace-context.ts";

const tabs = [
  { view: "chat", title: "Chat", Icon: MessagesSquare },
  { view: "preview", title: "Preview", Icon: MonitorPlay },
  { view: "code", title: "Code", Icon: Code },
  { view: "history", title: "History", Icon: History },
] as const;

type WorkspaceTabsProps = { view: View; writing: boolean; onShow: (view: View) => void };

function onArrow(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const shown = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')].filter(
    (tab) => tab.offsetWidth > 0,
  );
  const at = shown.findIndex((tab) => tab.contains(document.activeElement));
  const next = shown[(at + step + shown.length) % shown.length];
  next?.focus();
  next?.click();
}

/** Chat has a tab only where there is no room for it beside the rest. */
export function WorkspaceTabs({ view, writing, onShow }: WorkspaceTabsProps) {
  return (
    <div role="tablist" aria-label="Workspace" className="flex gap-0.5 rounded-md bg-sunken p-0.5" onKeyDown={onArrow}>
      {tabs.map(({ view: name, title, Icon }) => {
        const selected = name === view || (name === "preview" && view === "chat" && "lg");
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls={`panel-${name}`}
            aria-selected={name === view}
            data-lg-selected={selected === "lg" ? "" : undefined}
            tabIndex={name === view ? 0 : -1}
            onClick={() => onShow(name)}
            className={`relative flex h-7 items-center gap-1.5 rounded px-2.5 text-xs text-soft hover:text-ink aria-selected:bg-raised aria-selected:text-ink aria-selected:shadow-sm lg:data-lg-selected:bg-raised lg:data-lg-selected:text-ink ${name === "chat" ? "lg:hidden" : ""}`}
          >
            <Icon size={13} /> <span className="max-sm:sr-only">{title}</span>
            {name === "code" && writing && (
              <span className="absolute -top-0.5 -right-0.5 size-2 animate-heat rounded-full bg-ember" />
            )}
          </button>
        );
      })}
    </div>
  );
}

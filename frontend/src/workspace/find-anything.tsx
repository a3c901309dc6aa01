import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { RunView } from "../chat/run-view.ts";
import { IconButton } from "../ui/button.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { type Asked, AskedDialog, useActions } from "./palette-actions.tsx";

/** Whether the person pressed the shortcut before this script handled it, as recorded by `before-paint.js`. */
function wasAsked(): boolean {
  const { dataset } = document.documentElement;
  const isAsked = dataset.find === location.pathname;
  delete dataset.find;
  return isAsked;
}

function Palette({ onClose, ...asking }: Parameters<typeof useActions>[0] & { onClose: () => void }) {
  return <CommandPalette actions={useActions(asking)} onClose={onClose} />;
}

/**
 * Opens the command palette with a button, or with Ctrl or Cmd + K. Part of the page's initial scripts: text typed
 * right after the shortcut would be lost while a separate chunk loads.
 */
export function FindAnything({ turns, isGone }: { turns: readonly RunView[]; isGone: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    if (wasAsked()) setOpen(true);
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen((open) => !open);
    };
    // Captures the keys before the editor, in which they delete a line.
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, []);
  return (
    <>
      <IconButton
        label="Find anything"
        title="Find anything (Ctrl or Cmd + K)"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      >
        <Search size={15} />
      </IconButton>
      {isOpen && <Palette turns={turns} isGone={isGone} ask={setAsked} onClose={() => setOpen(false)} />}
      {asked !== null && <AskedDialog asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

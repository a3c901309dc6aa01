import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { RunView } from "../chat/run-view.ts";
import { IconButton } from "../ui/button.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { type Asked, AskedDialog, useActions } from "./palette-actions.tsx";

/** Whether the keys were pressed before this page was there to answer them, which `before-paint.js` has noted. */
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
 * Opens the command palette, by its button and by Ctrl or Cmd + K. It is a part of this page's scripts: text typed right after the
 * keys would go elsewhere while it loads.
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
    // Before the editor, in which the same keys delete a line.
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

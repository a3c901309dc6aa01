import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

const shortcuts: readonly (readonly [keys: string, what: string])[] = [
  ["Ctrl or Cmd + K", "Find anything"],
  ["Ctrl or Cmd + S", "Save the open file"],
  ["Shift + Alt + F", "Format the open file"],
  ["Ctrl + Space", "Complete at the cursor"],
  ["Shift + Alt + I", "Show the type at the cursor"],
  ["Ctrl or Cmd + F", "Find in the open file"],
  ["Enter / Shift + Enter", "Send the prompt / a new line"],
  ["Arrow up, in the empty box", "Edit the last prompt"],
  ["Escape, anywhere in the chat", "Stop the run"],
  ["Page up / Page down, on a turn", "Previous / next turn"],
  ["F2 / Delete, on a file or folder", "Rename or move / delete it"],
  ["Delete, on an open file's tab", "Close it"],
];

function List() {
  return (
    <dl className="mt-2 grid grid-cols-2 gap-x-4 gap-y-1 text-xs sm:grid-cols-[auto_1fr]">
      {shortcuts.map(([keys, what]) => (
        <div key={keys} className="contents">
          <dt className="stamp text-soft">{keys}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Lists the workspace's keyboard shortcuts. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <List />
      <div className="mt-6 flex justify-end">
        <Button autoFocus onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

import { ArrowLeft, ArrowRight, LoaderCircle, RotateCw } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/button.tsx";
import type { PreviewMove } from "./preview-message.ts";

type AddressBarProps = {
  /** The number of the shown version; null if none is shown. */
  revision: number | null;
  path: string;
  building: boolean;
  onRefresh: () => void;
  onMove: (move: PreviewMove) => void;
};

/** Shows the app's path, which the person can edit, with buttons for its history. */
export function AddressBar({ revision, path, building, onRefresh, onMove }: AddressBarProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const none = revision === null;
  const go = () => {
    const text = (typed ?? "").trim();
    setTyped(null);
    if (text !== "") onMove({ type: "go", path: text.startsWith("/") ? text : `/${text}` });
  };
  return (
    <>
      <IconButton label="Back" disabled={none} className="max-sm:hidden" onClick={() => onMove({ type: "back" })}>
        <ArrowLeft size={14} />
      </IconButton>
      <IconButton label="Forward" disabled={none} className="max-sm:hidden" onClick={() => onMove({ type: "forward" })}>
        <ArrowRight size={14} />
      </IconButton>
      <IconButton label="Refresh preview" disabled={none} onClick={onRefresh}>
        <RotateCw size={14} />
      </IconButton>
      <form
        className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md bg-sunken px-2.5 focus-within:outline-2 focus-within:outline-ember"
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <input
          aria-label="Address in the app"
          className="stamp min-w-0 flex-1 truncate bg-transparent text-soft outline-none focus:text-ink"
          value={typed ?? (none ? "" : path)}
          disabled={none}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setTyped(null)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setTyped(null);
            event.currentTarget.blur();
          }}
        />
        <span role="status" className="flex shrink-0 items-center gap-1.5 text-xs text-faint">
          {building && (
            <>
              <LoaderCircle size={12} className="animate-spin text-ember" />{" "}
              <span className="max-sm:sr-only">Building</span>
            </>
          )}
          {!building && revision !== null && <span className="max-sm:sr-only">Version {revision}</span>}
        </span>
      </form>
    </>
  );
}

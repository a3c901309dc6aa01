import { useState } from "react";
import { runImageUrl } from "../api/runs.ts";
import { Dialog } from "../ui/dialog.tsx";

type RunImageProps = {
  runId: string;
  /** `prompt-1`, `view-1` and so on. */
  name: string;
  /** The text in place of the image, and the title of the enlarged one. */
  text: string;
};

/** An image of a run, which a click enlarges. The API keeps it for a week at most; later its text stands for it. */
export function RunImage({ runId, name, text }: RunImageProps) {
  const [isLost, setLost] = useState(false);
  const [isEnlarged, setEnlarged] = useState(false);
  const address = runImageUrl(runId, name);
  if (isLost) return <span className="stamp text-faint">{text} (no longer kept)</span>;
  return (
    <>
      <button
        type="button"
        aria-label={`Enlarge: ${text}`}
        onClick={() => setEnlarged(true)}
        className="block overflow-hidden rounded-md border border-line hover:border-line-strong"
      >
        <img
          src={address}
          alt={text}
          loading="lazy"
          onError={() => setLost(true)}
          className="h-24 w-36 bg-sunken object-cover object-top"
        />
      </button>
      {isEnlarged && (
        <Dialog title={text} isWide onClose={() => setEnlarged(false)}>
          <img src={address} alt={text} className="mx-auto max-h-[75vh] max-w-full rounded-md border border-line" />
        </Dialog>
      )}
    </>
  );
}

import { useEffect, useState } from "react";
import { currentConnectivity, onConnectivityChange } from "../api/connectivity.ts";
import { runImageUrl } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

type RunImageProps = {
  runId: string;
  /** The image's name in the API, such as `prompt-1` or `view-1`. */
  name: string;
  /** The text that replaces a missing image, and the title of the enlarged image. */
  text: string;
};

/** Whether the API still has an image. True also when the server does not respond. */
async function isKept(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).status !== 404;
  } catch {
    return true; // Offline, so unknown.
  }
}

/**
 * Returns the reason why an image failed to load, which a browser does not report: deleted by the server, or
 * temporarily unavailable.
 */
function useMissing(address: string) {
  const [missing, setMissing] = useState<"for now" | "for good" | null>(null);
  const retry = () => setMissing(null);
  useEffect(() => {
    if (missing !== "for now") return;
    return onConnectivityChange(() => currentConnectivity() === "online" && setMissing(null));
  }, [missing]);
  const onError = () => {
    setMissing("for now");
    void isKept(address).then((kept) => kept || setMissing("for good"));
  };
  return { missing, retry, onError };
}

/** Shows a run's image, which a click enlarges. The API keeps it for at most a week; afterwards this shows its text. */
export function RunImage({ runId, name, text }: RunImageProps) {
  const address = runImageUrl(runId, name);
  const { missing, retry, onError } = useMissing(address);
  const [isEnlarged, setEnlarged] = useState(false);
  if (missing === "for good") return <span className="stamp text-faint">{text} (no longer kept)</span>;
  if (missing === "for now") {
    return (
      <span className="flex flex-wrap items-center gap-2">
        <span className="stamp text-soft">{text} (couldn't be loaded)</span>
        <Button small onClick={retry}>
          Try again
        </Button>
      </span>
    );
  }
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
          onError={onError}
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

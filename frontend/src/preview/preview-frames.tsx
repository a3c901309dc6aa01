import { useState } from "react";

type Frame = { url: string; loaded: boolean };

// Its own origin is another than this page's, so `allow-same-origin` gives the app its own cookies and storage and
// nothing of ours. Navigating the page around it stays forbidden.
const sandbox = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads";

/** Shows the newest address that has loaded; while the next one loads, the one before stays in sight. */
export function PreviewFrames({ url }: { url: string }) {
  const [frames, setFrames] = useState<readonly Frame[]>([{ url, loaded: false }]);
  const newest = frames.at(-1);
  if (newest !== undefined && newest.url !== url) {
    setFrames([...frames.filter((frame) => frame.loaded).slice(-1), { url, loaded: false }]);
  }
  const onLoad = (loadedUrl: string) =>
    setFrames((known) => {
      const at = known.findIndex((frame) => frame.url === loadedUrl);
      return at === -1 ? known : [{ url: loadedUrl, loaded: true }, ...known.slice(at + 1)];
    });
  return (
    <div className="relative h-full bg-white">
      {frames.map((frame, index) => {
        const shown = index === 0;
        return (
          <iframe
            key={frame.url}
            title={shown ? "Preview" : "Next preview"}
            src={frame.url}
            sandbox={sandbox}
            allow="clipboard-write"
            referrerPolicy="no-referrer"
            aria-hidden={!shown}
            tabIndex={shown ? 0 : -1}
            onLoad={() => onLoad(frame.url)}
            className={`absolute inset-0 size-full border-0 ${shown ? "" : "invisible"}`}
          />
        );
      })}
    </div>
  );
}

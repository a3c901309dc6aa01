import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { currentReach, onReach, type Reach } from "../api/reach.ts";

const words: Record<Reach, string | null> = {
  reached: null,
  unreachable: "The server cannot be reached. Trying again…",
  offline: "You are offline. What you see may be old, and nothing can be sent until the connection is back.",
};

/** Says on every page that nothing gets through, for as long as that is so. */
export function ConnectionBar() {
  const said = words[useSyncExternalStore(onReach, currentReach)];
  return (
    <div role="status">
      {said !== null && (
        <p className="flex items-center gap-2 border-b border-line bg-sunken px-4 py-1.5 text-xs text-warn sm:text-sm">
          <WifiOff size={14} className="shrink-0" /> {said}
        </p>
      )}
    </div>
  );
}

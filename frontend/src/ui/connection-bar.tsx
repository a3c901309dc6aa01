import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { type Connectivity, currentConnectivity, onConnectivityChange } from "../api/connectivity.ts";

const words: Record<Connectivity, string | null> = {
  online: null,
  unreachable: "Can't reach the server. Reconnecting…",
  offline: "You're offline. Changes can't be sent until you reconnect.",
};

/** States on every page that the server is unreachable or the browser is offline. */
export function ConnectionBar() {
  const said = words[useSyncExternalStore(onConnectivityChange, currentConnectivity)];
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

import { useMutation } from "@tanstack/react-query";
import { startPreview } from "../api/runs.ts";

/**
 * Returns a mutation that opens the app in a new tab with a new link. Opens the tab before any await, after which
 * browsers would block it.
 * @param revision the version to open; null for the current version
 */
export function useOpenTab(projectId: string, revision: number | null) {
  return useMutation({
    mutationFn: async (tab: Window | null) => {
      const preview = await startPreview(projectId, revision).catch((error: unknown) => {
        tab?.close();
        throw error;
      });
      if (tab === null) throw new Error("Your browser blocked the new tab. Allow pop-ups for this site and try again.");
      tab.opener = null;
      tab.location.href = preview.url;
    },
  });
}

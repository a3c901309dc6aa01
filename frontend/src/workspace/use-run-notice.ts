import { useEffect, useRef } from "react";
import type { RunStatus } from "../../../worker/contract/index.ts";
import { isEnded, type RunView } from "../chat/run-view.ts";

const words: Partial<Record<RunStatus, string>> = {
  completed: "Done",
  failed: "Failed",
  waiting: "A question for you",
};

/** Whether the browser supports notifications, and the person has neither allowed nor blocked them. */
export const canAskForNotices = (): boolean => "Notification" in window && Notification.permission === "default";

/**
 * Notifies a person that a run has ended or asks a question, while the page is hidden: in the title, and as a
 * notification if allowed.
 */
export function useRunNotice(name: string, newest: RunView | undefined): void {
  const before = useRef<{ runId: string; status: RunStatus } | null>(null);
  const runId = newest?.runId;
  const status = newest?.status;
  useEffect(() => {
    if (runId === undefined || status === undefined) return;
    const last = before.current;
    before.current = { runId, status };
    // Only a change while the page is open and hidden is news.
    if (last?.runId !== runId || last.status === status || isEnded(last.status) || !document.hidden) return;
    const word = words[status];
    if (word === undefined) return;
    const title = document.title;
    document.title = `${word} · ${name}`;
    const notice =
      "Notification" in window && Notification.permission === "granted"
        ? new Notification(`${word}: ${name}`, { tag: `edgesmith-${runId}` })
        : null;
    if (notice !== null) notice.onclick = () => window.focus();
    const seen = () => {
      if (document.hidden) return;
      document.title = title;
      notice?.close();
      document.removeEventListener("visibilitychange", seen);
    };
    document.addEventListener("visibilitychange", seen);
  }, [name, runId, status]);
}

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { filesQuery } from "../api/files-query.ts";
import { queryClient } from "../api/queries.ts";
import { startPreview } from "../api/runs.ts";
import { noSuchVersion } from "../history/no-such-version.ts";
import { useDebounced } from "../ui/use-debounced.ts";
import { useKeptState } from "../workspace/use-kept-state.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { changesOnlySources } from "./changes-only-sources.ts";
import { type PreviewMessage, readPreviewMessage } from "./preview-message.ts";

/** A run creates several revisions within a second, and each of them would cost a build. */
const settleMs = 500;

/**
 * Whether the app can be shown. A run may write the server before the page, so the app would respond with an error. An
 * app without a page is therefore shown only after the run has ended. A newly opened page does not know yet whether a
 * run is active.
 */
function useIsShowable(): boolean {
  const { projectId, running, known } = useWorkspace();
  const { data } = useQuery(filesQuery(projectId));
  if (!known) return false;
  return !running || data?.data.some((file) => /^(?:public\/)?index\.html$/.test(file.path)) === true;
}

/**
 * Returns the preview of the head, or of the older version that the person requested. Rebuilds it when the head moves,
 * and keeps the previous preview until then.
 */
export function usePreview() {
  const { projectId, head, running, dataChanges, previewedRevision } = useWorkspace();
  const settled = useDebounced(head, settleMs);
  const [asked, setAsked] = useState({ count: 0, byHand: false });
  const ask = useCallback((byHand: boolean) => setAsked(({ count }) => ({ count: count + 1, byHand })), []);
  const showable = useIsShowable();
  const lastRevision = useRef<number | null>(null);
  const isMissing = previewedRevision !== null && noSuchVersion(previewedRevision, head) !== null;
  const query = useQuery({
    queryKey: ["project", projectId, "preview", previewedRevision ?? settled, asked.count],
    queryFn: async () => {
      const started = await startPreview(projectId, previewedRevision);
      const byHand = asked.byHand || previewedRevision !== null;
      const before = lastRevision.current;
      const isTakeable =
        started.build.ok &&
        !byHand &&
        before !== null &&
        (await changesOnlySources(projectId, before, started.revision));
      return { ...started, dataChanges, byHand, sourcesSince: isTakeable ? before : null };
    },
    enabled: settled > 0 && !isMissing && (showable || previewedRevision !== null),
    staleTime: Number.POSITIVE_INFINITY,
    // Not cached, since a link is short-lived; a remounted page creates a new one.
    gcTime: 0,
  });
  const built = query.data?.build.ok === true ? query.data.revision : null;
  useEffect(() => {
    if (built !== null) lastRevision.current = built;
  }, [built]);
  // A frame that loaded while offline shows the browser's error page and fires no event.
  useEffect(() => {
    const rebuild = () => ask(false);
    addEventListener("online", rebuild);
    return () => removeEventListener("online", rebuild);
  }, [ask]);
  // Data that the run's own requests stored becomes visible once the run has ended.
  const isOld = !running && query.data !== undefined && dataChanges > query.data.dataChanges;
  useEffect(() => {
    if (isOld) ask(false);
  }, [isOld, ask]);
  // Keeps the previous preview until a newer one is ready, and also if that one fails.
  const [last, setLast] = useState(query.data);
  if (query.data !== undefined && query.data !== last) setLast(query.data);
  return {
    preview: isMissing ? undefined : (query.data ?? last),
    /** Whether the requested version does not exist. */
    isMissing,
    error: query.error,
    building: query.isFetching || (previewedRevision === null && showable && head > 0 && head !== settled),
    rebuild: () => ask(true),
  };
}

const originOf = (url: string | undefined): string | null =>
  url === undefined ? null : new URL(url, location.href).origin;

/**
 * The minimum interval between replacements of a refused link. A second refusal within it means that the browser blocks
 * the cookie.
 */
const replaceEveryMs = 60_000;

/** Creates a new link for a refused preview, unless it did so recently: then another link does not help. */
export function useRefusals(rebuild: () => void) {
  const [replacedAt, setReplacedAt] = useState(Number.NEGATIVE_INFINITY);
  const [isKeptOut, setIsKeptOut] = useState(false);
  const refused = () => {
    const now = performance.now();
    const isAgain = now - replacedAt < replaceEveryMs;
    setIsKeptOut(isAgain);
    if (isAgain) return;
    setReplacedAt(now);
    rebuild();
  };
  return { isKeptOut, refused, admitted: () => setIsKeptOut(false) };
}

type Heard = { refused: () => void; admitted: () => void };

/**
 * Returns the newest error and path that the running app has reported. A new build clears the error. After a reload the
 * app opens at its last path.
 */
export function usePreviewMessages(url: string | undefined, projectId: string, { refused, admitted }: Heard) {
  const [error, setError] = useState<Extract<PreviewMessage, { type: "error" }> | null>(null);
  const [path, setPath] = useKeptState(projectId, "address", (kept) => (typeof kept === "string" ? kept : "/"));
  const origin = originOf(url);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new URL is a new page with its own errors
  useEffect(() => setError(null), [url]);
  const heard = useEffectEvent((message: PreviewMessage | null) => {
    if (message?.type === "refused") refused();
    if (message?.type === "ready") admitted();
    if (message?.type === "navigated" || (message?.type === "ready" && message.path !== "")) setPath(message.path);
  });
  useEffect(() => {
    if (origin === null) return;
    const onMessage = (event: MessageEvent<unknown>) => {
      const message = readPreviewMessage(event, origin);
      heard(message);
      if (message?.type !== "error") return;
      setError(message);
      void queryClient.invalidateQueries({ queryKey: ["project", projectId, "logs"] });
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, [origin, projectId]);
  return { error, path, dismiss: () => setError(null) };
}

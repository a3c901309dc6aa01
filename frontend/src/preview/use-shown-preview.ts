import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { filesQuery } from "../api/files-query.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { usePreview } from "./use-preview.ts";

/**
 * Whether the current version has no files, as after undoing the first prompt. Then there is nothing to show or to
 * repair.
 */
function useIsEmpty(): boolean {
  const { projectId, previewedRevision } = useWorkspace();
  const { data } = useQuery(filesQuery(projectId));
  return previewedRevision === null && data?.data.length === 0;
}

type Good = { url: string; revision: number; previewedRevision: number | null };

/**
 * Returns the preview with the link of the page to show, undefined for none. While a build fails, the last working page
 * stays visible with its state, but never in place of a requested older version.
 */
export function useShownPreview() {
  const { previewedRevision } = useWorkspace();
  const [good, setGood] = useState<Good | null>(null);
  const { preview: built, error, building, rebuild, isMissing } = usePreview();
  const isEmpty = useIsEmpty();
  const [emptyAt, setEmptyAt] = useState<number | null>(null);
  // Once the project has files again, the empty version's build remains for a moment, so this remembers its revision.
  if (isEmpty && built !== undefined && built.revision !== emptyAt) {
    setEmptyAt(built.revision);
    setGood(null);
  }
  const preview = isEmpty || built?.revision === emptyAt ? undefined : built;
  const isGood = preview?.build.ok === true;
  if (isGood && preview.url !== good?.url) setGood({ url: preview.url, revision: preview.revision, previewedRevision });
  const kept = good?.previewedRevision === previewedRevision ? good.url : preview?.url;
  const url = isGood ? preview.url : preview && kept;
  const isOwn = preview !== undefined && preview.url === url;
  const { revision, sourcesSince } = isOwn ? preview : { revision: good?.revision ?? null, sourcesSince: null };
  return {
    preview,
    error,
    building: building && (preview !== undefined || built === undefined),
    isMissing,
    isGood,
    /** The page to show: its link, its revision, and the revision since which only source files have changed. */
    page: url === undefined ? undefined : { url, revision, sourcesSince },
    rebuild,
    /** Replaces a used link, so that it is not loaded again while a later build fails. */
    renew: () => {
      setGood(null);
      rebuild();
    },
  };
}

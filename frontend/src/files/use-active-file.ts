import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { filesQuery } from "../api/files-query.ts";
import { type Place, useWorkspace } from "../workspace/workspace-context.ts";

/**
 * Returns the file to show in the editor: the opened file, otherwise the file being written, which stays after it is
 * finished.
 */
export function useActiveFile(): Place | null {
  const { projectId, place, writing } = useWorkspace();
  const newest = writing.findLast((file) => file.isShown)?.path;
  const [followed, setFollowed] = useState<Place | null>(null);
  if (newest !== undefined && newest !== followed?.path) setFollowed({ path: newest });
  const { data } = useQuery(filesQuery(projectId));
  if (place !== null) return place;
  const exists = data?.data.some((file) => file.path === followed?.path) === true;
  return newest !== undefined || exists ? followed : null;
}

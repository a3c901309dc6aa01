import { getRevision } from "../api/projects.ts";
import { isOnlySources } from "./only-sources.ts";

/** Beyond this number of revisions the preview replaces the page without comparing them. */
const maxRevisions = 5;

/** Whether only source files have changed between two revisions of a project. */
export async function changesOnlySources(projectId: string, from: number, to: number): Promise<boolean> {
  if (to <= from || to - from > maxRevisions) return false;
  const numbers = Array.from({ length: to - from }, (_, index) => from + index + 1);
  const revisions = await Promise.all(numbers.map((number) => getRevision(projectId, number)));
  return revisions.every(isOnlySources);
}

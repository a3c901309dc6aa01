import { getRevision } from "../api/projects.ts";
import { isOnlySources } from "./only-sources.ts";

/** More revisions than this are not compared: the page is replaced. */
const maxRevisions = 5;

/** Whether nothing but sources has changed between two revisions of a project. */
export async function changesOnlySources(projectId: string, from: number, to: number): Promise<boolean> {
  if (to <= from || to - from > maxRevisions) return false;
  const numbers = Array.from({ length: to - from }, (_, index) => from + index + 1);
  const revisions = await Promise.all(numbers.map((number) => getRevision(projectId, number)));
  return revisions.every(isOnlySources);
}

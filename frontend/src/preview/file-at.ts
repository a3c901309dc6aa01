import { isApiError } from "../api/client.ts";
import { readFile, readFileAt } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { movedLine } from "./moved-line.ts";
import type { ChosenElement } from "./point-prompt.ts";
import type { PointedElement, SourcePlace } from "./preview-message.ts";

/** Returns the query for a file at a revision, whose content never changes. */
export const fileAtQuery = (projectId: string, path: string, revision: number) => ({
  queryKey: keys.fileAt(projectId, path, revision),
  queryFn: () => readFileAt(projectId, path, revision),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Reads the content of a file at a revision. */
export const contentAt = async (projectId: string, path: string, revision: number): Promise<string> =>
  (await queryClient.fetchQuery(fileAtQuery(projectId, path, revision))).content;

/**
 * Maps a position in a revision to the project's newest files.
 * @returns null if its line has changed since, or its file was deleted
 */
async function placeNow(projectId: string, place: SourcePlace, revision: number): Promise<SourcePlace | null> {
  const [before, now] = await Promise.all([
    contentAt(projectId, place.path, revision),
    readFile(projectId, place.path).catch((error: unknown) => {
      if (isApiError(error) && error.status === 404) return null;
      throw error;
    }),
  ]);
  const line = now === null ? null : movedLine(before, now.content, place.line);
  return line === null ? null : { ...place, line };
}

/**
 * Maps a revision's elements to their positions in the newest files, or adds their former lines if those have changed.
 */
export const elementsNow = (projectId: string, elements: readonly PointedElement[], revision: number) =>
  Promise.all(
    elements.map(async (element): Promise<ChosenElement> => {
      const place = await placeNow(projectId, element.place, revision);
      if (place !== null) return { ...element, place };
      const before = await contentAt(projectId, element.place.path, revision);
      return { ...element, was: { revision, source: before.split("\n")[element.place.line - 1]?.trim() ?? "" } };
    }),
  );

import type { BatchInput } from "../../../worker/contract/index.ts";
import { type ElementEdit, editSource } from "./edit-source.ts";

/**
 * Creates the batch that edits elements of a page. Their positions refer to the revision that the page shows, so this
 * edits that revision's files. The server merges concurrent changes, or refuses them with a conflict, so that it never
 * changes the wrong element.
 * @param read returns the content of a file at that revision
 * @throws Error with a sentence that explains why an element cannot be edited here
 */
export async function elementBatch(
  edits: readonly ElementEdit[],
  revision: number,
  read: (path: string) => Promise<string>,
): Promise<BatchInput> {
  const paths = [...new Set(edits.map(({ place }) => place.path))];
  const operations = await Promise.all(
    paths.map(async (path) => {
      const ofPath = edits.filter(({ place }) => place.path === path);
      const result = editSource(await read(path), ofPath);
      if ("problem" in result) throw new Error(result.problem);
      return { op: "update" as const, path, content: result.source };
    }),
  );
  const message = `Edit ${paths.join(", ")} in the preview`;
  return { message, expectedRevision: revision, onConflict: "merge", operations };
}

import { z } from "zod";
import { type Image, imageTypeOf } from "../../contract/index.ts";
import type { RunTable } from "./run-table.ts";

const viewed = z.object({ name: z.literal("view_page"), image: z.object({ data: z.string() }).optional() });

/**
 * Returns an image of a run from the Session's SQLite, which keeps images until the log of the run is trimmed.
 * @param name `prompt-<n>`: an image of the prompt; `view-<n>`: the image of a call of view_page. From 1.
 * @returns null when the image does not exist, or is no longer stored
 */
export function imageOfRun(sql: SqlStorage, table: RunTable, runId: string, name: string): Image | null {
  const [kind, number] = name.split("-");
  const index = Number(number) - 1;
  const found = kind === "prompt" ? table.images(runId)[index]?.data : viewsOf(sql, runId)[index];
  const mediaType = found === undefined ? null : imageTypeOf(found);
  return found === undefined || mediaType === null ? null : { mediaType, data: found };
}

/** The pictures of a run's views in their order; undefined for a view without one. */
function viewsOf(sql: SqlStorage, runId: string): (string | undefined)[] {
  const rows = sql.exec<{ data: string }>(
    `SELECT data FROM result WHERE run_id = ? AND json_extract(data, '$.name') = 'view_page' ORDER BY step, place`,
    runId,
  );
  return rows.toArray().map(({ data }) => viewed.parse(JSON.parse(data)).image?.data);
}

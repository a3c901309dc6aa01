import { createHash } from "node:crypto";
import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, LoggedApp, Page, PreviewLog } from "../contract/index.ts";
import { type PageRequest, pageFrom } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { requireApp } from "./publication/staging.ts";

/** The number of lines that the preview Worker keeps of an app's log. */
const maxLines = 500;

type Keyed = { line: PreviewLog; key: string };
type Order = "asc" | "desc";
type Input = { projectId: string; page: PageRequest; order: Order; app: LoggedApp };

/**
 * Returns a page of an app's log, oldest first by default.
 * @throws AppError `not_found`, `invalid_cursor`
 */
export async function readLogs(
  context: Context,
  builder: BuilderRpc,
  { projectId, page, order, app }: Input,
): Promise<Page<PreviewLog>> {
  await getProject(context, projectId);
  if (app === "staged") await requireApp(context, { projectId, target: "staging" });
  const read = {
    preview: () => builder.logs(projectId, maxLines),
    published: () => builder.publishedLogs(projectId, maxLines),
    staged: () => builder.stagedLogs(projectId, maxLines),
  };
  const lines = await callBuilder(context, projectId, read[app]);
  return logPage(lines, page, order);
}

/**
 * Returns a page of the retained lines.
 * @param lines oldest first
 */
export function logPage(lines: PreviewLog[], page: PageRequest, order: Order): Page<PreviewLog> {
  const rest = restOf(keyed(lines), page.after, order);
  const { data, pagination } = pageFrom(order === "asc" ? rest : rest.toReversed(), page, ({ key }) => key);
  return { data: data.map(({ line }) => line), pagination };
}

/**
 * Gives each line a key. Lines have no number, and a loop can log the same text twice in a millisecond: a key is the
 * line's hash and the number of equal lines after it, which neither new lines nor the loss of old ones changes.
 */
function keyed(lines: PreviewLog[]): Keyed[] {
  const later = new Map<string, number>();
  return lines
    .toReversed()
    .map((line) => {
      const hash = createHash("sha256").update(JSON.stringify(line)).digest("base64url").slice(0, 16);
      const alike = later.get(hash) ?? 0;
      later.set(hash, alike + 1);
      return { line, key: `${hash}.${alike}` };
    })
    .reverse();
}

/** Returns the lines after a key in an order. When the key's line has been dropped, every retained line is newer. */
function restOf(lines: Keyed[], after: string | null, order: Order): Keyed[] {
  if (after === null) return lines;
  const at = lines.findIndex(({ key }) => key === after);
  if (order === "asc") return lines.slice(at + 1);
  return at === -1 ? [] : lines.slice(0, at);
}

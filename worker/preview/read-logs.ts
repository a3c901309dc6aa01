import { createHash } from "node:crypto";
import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, LoggedApp, Page, PreviewLog } from "../contract/index.ts";
import { type PageRequest, pageFrom } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";

/** As many lines as an app's log keeps. */
const maxLines = 500;

type Keyed = { line: PreviewLog; key: string };
type Order = "asc" | "desc";
type Input = { projectId: string; page: PageRequest; order: Order; app: LoggedApp };

/** A page of the log of an app's preview, or of what is published of it, oldest first unless told otherwise. */
export async function readLogs(
  context: Context,
  builder: BuilderRpc,
  { projectId, page, order, app }: Input,
): Promise<Page<PreviewLog>> {
  await getProject(context, projectId);
  const lines = await callBuilder(context, projectId, () =>
    app === "published" ? builder.publishedLogs(projectId, maxLines) : builder.logs(projectId, maxLines),
  );
  return logPage(lines, page, order);
}

/** A page of the lines that are kept, which are given oldest first. */
export function logPage(lines: PreviewLog[], page: PageRequest, order: Order): Page<PreviewLog> {
  const rest = restOf(keyed(lines), page.after, order);
  const { data, pagination } = pageFrom(order === "asc" ? rest : rest.toReversed(), page, ({ key }) => key);
  return { data: data.map(({ line }) => line), pagination };
}

/**
 * Lines with a key each. They have no number, and a loop can say the same thing twice in a millisecond: a line's key is
 * its hash, and how many like it come after it, which neither new lines nor the loss of old ones changes.
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

/** What comes after a line in an order. Where the line is no longer kept, all that is kept came later than it. */
function restOf(lines: Keyed[], after: string | null, order: Order): Keyed[] {
  if (after === null) return lines;
  const at = lines.findIndex(({ key }) => key === after);
  if (order === "asc") return lines.slice(at + 1);
  return at === -1 ? [] : lines.slice(0, at);
}

import type { Context } from "../accounts/index.ts";
import type { Message, Page } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { getProject } from "./get-project.ts";
import { selectMessages } from "./store.ts";
import { toMessage } from "./to-api.ts";

type Input = { projectId: string; page: PageRequest; order: "asc" | "desc" };

/**
 * Lists a project's conversation, oldest first by default.
 * @throws AppError `not_found`
 */
export async function listMessages(context: Context, { projectId, page, order }: Input): Promise<Page<Message>> {
  await getProject(context, projectId);
  const rows = await executeIdempotent(
    selectMessages(context.database, { projectId, after: page.after, order, limit: page.limit + 1 }),
  );
  return pageFrom(rows.map(toMessage), page, (message) => message.id);
}

import type { Context } from "../accounts/index.ts";
import type { Page, Receipt } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { ownTrigger } from "./get-trigger.ts";
import { type ReceiptRow, selectReceipts } from "./receipts-store.ts";

/**
 * Lists the signed deliveries to a trigger with their outcomes, newest first.
 * @throws AppError `not_found`
 */
export async function listReceipts(
  context: Context,
  { triggerId, page }: { triggerId: string; page: PageRequest },
): Promise<Page<Receipt>> {
  const [, rows] = await Promise.all([
    ownTrigger(context, triggerId),
    executeIdempotent(
      selectReceipts(
        context.database,
        { ownerId: context.actor.ownerId, triggerId, after: page.after },
        page.limit + 1,
      ),
    ),
  ]);
  const { data, pagination } = pageFrom(rows, page, (row) => row.opId);
  return { data: data.map(toReceipt), pagination };
}

const toReceipt = ({ deliveryId, event, outcome, error, runId, runStatus, createdAt }: ReceiptRow): Receipt => ({
  deliveryId,
  event,
  status: statusOf({ outcome, runStatus }),
  runId,
  error: runId === null ? error : null,
  createdAt: createdAt.toISOString(),
});

function statusOf({ outcome, runStatus }: Pick<ReceiptRow, "outcome" | "runStatus">): Receipt["status"] {
  if (outcome === "queued" && (runStatus === null || runStatus === "queued")) return "queued";
  if (runStatus !== null) return "started";
  return outcome === "ignored" || outcome === "refused" ? outcome : "received";
}

import { useQuery } from "@tanstack/react-query";
import type { Receipt } from "../../../worker/contract/index.ts";
import { keys } from "../api/queries.ts";
import { listReceipts } from "../api/triggers.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";

const toneOf: Record<Receipt["status"], string> = {
  started: "text-good",
  queued: "text-warn",
  received: "text-warn",
  refused: "text-bad",
  ignored: "text-faint",
};

function ReceiptRow({ receipt }: { receipt: Receipt }) {
  return (
    <li className="stamp flex min-w-0 flex-wrap gap-x-3 py-0.5">
      <span className={toneOf[receipt.status]}>{receipt.status}</span>
      {receipt.event !== null && <span>{receipt.event}</span>}
      <span className="text-faint break-all">
        {receipt.deliveryId}
        {receipt.error !== null && `, ${receipt.error}`} · {timeAgo(receipt.createdAt)}
      </span>
    </li>
  );
}

/** Lists the latest signed deliveries that a trigger received. */
export function Receipts({ triggerId }: { triggerId: string }) {
  const query = useQuery({
    queryKey: keys.receipts(triggerId),
    queryFn: () => listReceipts(triggerId),
    refetchInterval: 4_000,
  });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} />;
  if (query.data.data.length === 0) return <p className="mt-2 text-xs text-faint">No deliveries received yet.</p>;
  return (
    <ul aria-label="Receipts" className="mt-2 border-t border-line pt-2">
      {query.data.data.map((receipt) => (
        <ReceiptRow key={receipt.deliveryId} receipt={receipt} />
      ))}
    </ul>
  );
}

import { useMutation, useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { Delivery } from "../../../worker/contract/index.ts";
import { listDeliveries, redeliver } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { plural, timeAgo } from "../ui/format.ts";

const toneOf: Record<Delivery["status"], string> = { succeeded: "text-good", failed: "text-bad", pending: "text-warn" };

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const again = useMutation({
    mutationFn: () => redeliver(delivery.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.deliveries(delivery.webhookId) }),
  });
  const answer = delivery.responseStatus ?? delivery.error;
  return (
    <li className="stamp flex items-center gap-x-3 py-0.5">
      <div className="flex min-w-0 flex-1 flex-wrap gap-x-3">
        <span className={toneOf[delivery.status]}>{delivery.status}</span>
        <span>{delivery.type}</span>
        <span className="text-faint">
          {plural(delivery.attempts, "attempt")}
          {answer !== null && `, ${answer}`} · {timeAgo(delivery.createdAt)}
        </span>
      </div>
      {delivery.status !== "pending" && (
        <IconButton
          label={`Resend ${delivery.type} from ${timeAgo(delivery.createdAt)}`}
          disabled={again.isPending}
          onClick={() => again.mutate()}
        >
          <RotateCw size={13} />
        </IconButton>
      )}
    </li>
  );
}

/** Lists a webhook's latest deliveries. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const query = useQuery({
    queryKey: keys.deliveries(webhookId),
    queryFn: () => listDeliveries(webhookId),
    refetchInterval: 4_000,
  });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} />;
  if (query.data.data.length === 0) return <p className="mt-2 text-xs text-faint">No deliveries yet.</p>;
  return (
    <ul aria-label="Deliveries" className="mt-2 border-t border-line pt-2">
      {query.data.data.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </ul>
  );
}

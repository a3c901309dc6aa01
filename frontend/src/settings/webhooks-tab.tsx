import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listWebhooks } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { Section } from "./section.tsx";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookRow } from "./webhook-row.tsx";

function WebhookList({ onSecret }: { onSecret: (secret: string) => void }) {
  const query = useInfiniteQuery({
    queryKey: keys.webhooks,
    queryFn: ({ pageParam }) => listWebhooks(pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const webhooks = query.data.pages.flatMap((page) => page.data);
  if (webhooks.length === 0) return <p className="text-sm text-soft">No webhooks yet.</p>;
  return (
    <>
      <ul aria-label="Webhooks" className="card divide-y divide-line">
        {webhooks.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} onSecret={onSecret} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}

export function WebhooksTab() {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Section title="New webhook" note="We send signed events (Standard Webhooks) to your URL and retry on failure.">
        <WebhookForm onSecret={setSecret} />
      </Section>
      <Section title="Your webhooks">
        <WebhookList onSecret={setSecret} />
      </Section>
      {secret !== null && (
        <SecretOnce
          title="Signing secret"
          secret={secret}
          note="Copy it now. You won't be able to see it again. Use it to verify that events come from us."
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

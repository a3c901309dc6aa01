import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listTokens } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { Section } from "./section.tsx";
import { TokenForm } from "./token-form.tsx";
import { TokenRow } from "./token-row.tsx";

function TokenList({ onSecret }: { onSecret: (secret: string) => void }) {
  const query = useInfiniteQuery({
    queryKey: keys.tokens,
    queryFn: ({ pageParam }) => listTokens(pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const tokens = query.data.pages.flatMap((page) => page.data);
  if (tokens.length === 0) return <p className="text-sm text-soft">No tokens yet.</p>;
  return (
    <>
      <ul aria-label="Tokens" className="card divide-y divide-line">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} onSecret={onSecret} />
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

export function TokensTab() {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <Section
        title="New token"
        note="A token lets a program use the API as you, within its permissions. It can't manage tokens."
      >
        <TokenForm onSecret={setSecret} />
      </Section>
      <Section title="Your tokens">
        <TokenList onSecret={setSecret} />
      </Section>
      {secret !== null && (
        <SecretOnce
          title="Your token"
          secret={secret}
          note="Copy it now. You won't be able to see it again."
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

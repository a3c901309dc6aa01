import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ApiToken } from "../../../worker/contract/index.ts";
import { listTokens, revokeToken, rotateToken } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { timeAgo } from "../ui/format.ts";
import { Failure, Skeleton } from "../ui/states.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { Section } from "./section.tsx";
import { TokenForm } from "./token-form.tsx";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.tokens });

type RowProps = { token: ApiToken; onSecret: (secret: string) => void };

function TokenRow({ token, onSecret }: RowProps) {
  const [asked, setAsked] = useState(false);
  const revoke = useMutation({ mutationFn: () => revokeToken(token.id), onSuccess: refresh });
  const rotate = useMutation({
    mutationFn: () => rotateToken(token.id),
    onSuccess: (created) => {
      onSecret(created.token);
      return refresh();
    },
  });
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{token.name}</p>
        <p className="stamp text-faint">
          {token.prefix}…{token.last4}
        </p>
        <p className="mt-1 text-xs text-soft">
          {token.scopes.join(", ")} · made {timeAgo(token.createdAt)} ·{" "}
          {token.lastUsedAt === null ? "never used" : `used ${timeAgo(token.lastUsedAt)}`}
          {token.expiresAt !== null && ` · until ${new Date(token.expiresAt).toLocaleDateString()}`}
        </p>
      </div>
      <IconButton label={`Rotate ${token.name}`} disabled={rotate.isPending} onClick={() => rotate.mutate()}>
        <RefreshCw size={14} />
      </IconButton>
      <IconButton label={`Revoke ${token.name}`} onClick={() => setAsked(true)}>
        <Trash2 size={14} />
      </IconButton>
      {asked && (
        <Confirm
          title={`Revoke “${token.name}”?`}
          text="Programs that use it are refused from now on."
          action="Revoke"
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(undefined, { onSuccess: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}

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
          More tokens
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
        note="A token lets a program use the API as you, within its scopes. It cannot manage tokens."
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
          note="Copy it now. It is kept only as a hash and cannot be shown again."
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

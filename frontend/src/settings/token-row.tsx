import { useMutation } from "@tanstack/react-query";
import { RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ApiToken } from "../../../worker/contract/index.ts";
import { revokeToken, rotateToken } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { timeAgo, timeUntil } from "../ui/format.ts";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.tokens });

type AskProps = { token: ApiToken; onClose: () => void };

function RevokeDialog({ token, onClose }: AskProps) {
  const revoke = useMutation({
    meta: { shown: true },
    mutationFn: () => revokeToken(token.id),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <Confirm
      title={`Revoke “${token.name}”?`}
      text="Anything using this token will stop working."
      action="Revoke"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    />
  );
}

function RotateDialog({ token, onClose, onSecret }: AskProps & { onSecret: (secret: string) => void }) {
  const rotate = useMutation({
    meta: { shown: true },
    mutationFn: () => rotateToken(token.id),
    onSuccess: (created) => {
      onClose();
      onSecret(created.token);
      return refresh();
    },
  });
  return (
    <Confirm
      title={`Rotate “${token.name}”?`}
      text="You get a new token with the same name and permissions. The old token keeps working for one hour."
      action="Rotate"
      busy={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate()}
      onClose={onClose}
    />
  );
}

export function TokenRow({ token, onSecret }: { token: ApiToken; onSecret: (secret: string) => void }) {
  const [asked, setAsked] = useState<"revoke" | "rotate" | null>(null);
  const close = () => setAsked(null);
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium wrap-anywhere">{token.name}</p>
        <p className="stamp text-faint">
          {token.prefix}…{token.last4}
        </p>
        <p className="mt-1 text-xs text-soft">
          {token.scopes.join(", ")} · created {timeAgo(token.createdAt)} ·{" "}
          {token.lastUsedAt === null ? "never used" : `used ${timeAgo(token.lastUsedAt)}`}
          {token.expiresAt !== null && ` · ${timeUntil(token.expiresAt)}`}
        </p>
      </div>
      <IconButton label={`Rotate ${token.name}`} onClick={() => setAsked("rotate")}>
        <RefreshCw size={14} />
      </IconButton>
      <IconButton label={`Revoke ${token.name}`} onClick={() => setAsked("revoke")}>
        <Trash2 size={14} />
      </IconButton>
      {asked === "rotate" && <RotateDialog token={token} onClose={close} onSecret={onSecret} />}
      {asked === "revoke" && <RevokeDialog token={token} onClose={close} />}
    </li>
  );
}

import { useMutation, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ProjectInvitation } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { deleteInvitation, listInvitations } from "../api/sharing.ts";
import { IconButton } from "../ui/button.tsx";
import { Failure, Refusal } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { roleNames } from "./role-names.ts";

function words({ role, email, reusable, createdAt }: ProjectInvitation): string {
  const whom = email ?? (reusable ? "Anyone with the link" : "One person with the link");
  return `${whom} · ${roleNames[role]} · ${timeAgo(createdAt)}`;
}

/** Lists the links that can still be accepted; renders nothing if there are none. */
export function InvitationList({ projectId }: { projectId: string }) {
  const query = useQuery({ queryKey: keys.invitations(projectId), queryFn: () => listInvitations(projectId) });
  const revoke = useMutation({
    meta: { shown: true },
    mutationFn: (id: string) => deleteInvitation(projectId, id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.invitations(projectId) }),
  });
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const invitations = query.data?.data ?? [];
  if (invitations.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-xs font-semibold text-soft">Open links</h3>
      <ul aria-label="Open links" className="card divide-y divide-line">
        {invitations.map((invitation) => (
          <li key={invitation.id} className="flex items-center gap-2 px-3 py-1.5 text-xs">
            <span className="min-w-0 flex-1 wrap-anywhere">{words(invitation)}</span>
            <IconButton
              label={`Revoke the link of ${timeAgo(invitation.createdAt)}`}
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(invitation.id)}
            >
              <X size={13} />
            </IconButton>
          </li>
        ))}
      </ul>
      <Refusal error={revoke.error} className="mt-2" />
    </div>
  );
}

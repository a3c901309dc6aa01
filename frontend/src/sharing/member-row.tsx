import { useMutation } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import type { Member, Project } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { removeMember, updateMember } from "../api/sharing.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { roleNames } from "./role-names.ts";

type MemberRowProps = { project: Pick<Project, "id" | "role">; member: Member; isSelf: boolean };

/** Shows a member. The owner can change the member's role and remove the member. */
export function MemberRow({ project, member, isSelf }: MemberRowProps) {
  const [isAsked, setIsAsked] = useState(false);
  const onSuccess = async () => {
    setIsAsked(false);
    await queryClient.invalidateQueries({ queryKey: keys.members(project.id) });
    await queryClient.invalidateQueries({ queryKey: keys.invitations(project.id) });
  };
  // A member who has left meanwhile stays in the list until the refetch.
  const onError = (error: unknown) => {
    if (isApiError(error, "not_found")) void onSuccess();
  };
  const change = useMutation({
    meta: { shown: true },
    mutationFn: (role: "editor" | "viewer") => updateMember(project.id, member.userId, role),
    onSuccess,
    onError,
  });
  const removal = useMutation({
    meta: { shown: true },
    mutationFn: () => removeMember(project.id, member.userId),
    onSuccess,
    onError,
  });
  const isChangeable = project.role === "owner" && member.role !== "owner";
  return (
    <li className="flex flex-wrap items-center gap-2 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="text-sm wrap-anywhere">
          {member.name}
          {isSelf && <span className="text-soft"> (you)</span>}
        </p>
        {member.email !== null && <p className="text-xs text-soft wrap-anywhere">{member.email}</p>}
      </div>
      {isChangeable ? (
        <>
          <select
            aria-label={`Role of ${member.name}`}
            className="input w-auto"
            value={member.role}
            disabled={change.isPending}
            onChange={({ target }) => change.mutate(target.value === "editor" ? "editor" : "viewer")}
          >
            <option value="editor">Editor</option>
            <option value="viewer">Viewer</option>
          </select>
          <IconButton label={`Remove ${member.name}`} onClick={() => setIsAsked(true)}>
            <UserMinus size={14} />
          </IconButton>
        </>
      ) : (
        <span className="text-xs text-soft">{roleNames[member.role]}</span>
      )}
      <Refusal error={change.error} className="basis-full" />
      {isAsked && (
        <Confirm
          title={`Remove ${member.name}?`}
          text="They lose access immediately. Reusable invitation links and their open previews stop working too."
          action="Remove"
          busy={removal.isPending}
          error={removal.error}
          onConfirm={() => removal.mutate()}
          onClose={() => setIsAsked(false)}
        />
      )}
    </li>
  );
}

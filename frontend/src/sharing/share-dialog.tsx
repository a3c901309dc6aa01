import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { useLocation } from "wouter";
import type { NewInvitation, Project } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { readyQuery } from "../api/ready.ts";
import { createInvitation, listMembers, removeMember } from "../api/sharing.ts";
import { CopyRow } from "../publishing/copy-row.tsx";
import { useSession } from "../sign-in/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Confirm, Dialog } from "../ui/dialog.tsx";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { MemberRow } from "./member-row.tsx";

type Shared = Pick<Project, "id" | "name" | "role">;

/** Creates an invitation link and shows it, since the API returns it only once. */
function InviteForm({ projectId }: { projectId: string }) {
  const canMail = useQuery(readyQuery).data?.signIn.passwordReset === true;
  const [email, setEmail] = useState("");
  const [created, setCreated] = useState<NewInvitation | null>(null);
  const invite = useMutation({
    meta: { shown: true },
    mutationFn: (input: Parameters<typeof createInvitation>[1]) => createInvitation(projectId, input),
    onSuccess: async (invitation) => {
      setCreated(invitation);
      await queryClient.invalidateQueries({ queryKey: keys.invitations(projectId) });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const address = email.trim();
    invite.mutate({
      role: data.get("role") === "editor" ? "editor" : "viewer",
      ...(address !== ""
        ? { email: address, mail: data.get("mail") === "on" }
        : { reusable: data.get("uses") === "many" }),
    });
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Select label="Role" name="role" defaultValue="editor">
          <option value="editor">Editor</option>
          <option value="viewer">Viewer</option>
        </Select>
        <Select label="The link works" name="uses" defaultValue="one">
          <option value="one">Once</option>
          <option value="many">For a week</option>
        </Select>
      </div>
      <Field
        label="Only for this email (optional)"
        name="email"
        type="email"
        maxLength={254}
        autoComplete="off"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        hint="Editors change files and send prompts, which count against your budget."
      />
      {canMail && email.trim() !== "" && (
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" name="mail" defaultChecked className="accent-ember" />
          Email them the link
        </label>
      )}
      <Refusal error={invite.error} />
      <div className="flex justify-end">
        <Button tone="primary" type="submit" busy={invite.isPending}>
          Create link
        </Button>
      </div>
      {created !== null && (
        <div>
          <p role="status" className="mb-1 text-xs text-soft">
            {created.mailed && `We've emailed the link to ${created.email}. `}
            {created.mailed ? "You can also send it yourself." : "Send this link."} You won't see it again.
          </p>
          <CopyRow label="Invitation link" value={created.url} />
        </div>
      )}
    </form>
  );
}

function Members({ project }: { project: Shared }) {
  const { user } = useSession();
  const query = useQuery({
    queryKey: keys.members(project.id),
    queryFn: () => listMembers(project.id),
    // The live feed does not report changes of members who are not viewing the project.
    refetchOnWindowFocus: "always",
  });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <ul aria-label="Members" className="card divide-y divide-line">
      {query.data.data.map((member) => (
        <MemberRow key={member.userId} project={project} member={member} isSelf={member.userId === user?.id} />
      ))}
    </ul>
  );
}

/** Lets a member leave the project. */
function Leave({ project }: { project: Shared }) {
  const { user } = useSession();
  const [, navigate] = useLocation();
  const [isAsked, setIsAsked] = useState(false);
  const leave = useMutation({
    meta: { shown: true },
    mutationFn: () => removeMember(project.id, user?.id ?? ""),
    onSuccess: async () => {
      navigate("/");
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      // Otherwise Back would show data that was loaded while the person was a member.
      queryClient.removeQueries({ queryKey: keys.project(project.id) });
    },
  });
  return (
    <div>
      <Button tone="danger" onClick={() => setIsAsked(true)}>
        Leave the project
      </Button>
      {isAsked && (
        <Confirm
          title={`Leave “${project.name}”?`}
          text="You lose access immediately. To rejoin, you need a new invitation from the owner."
          action="Leave"
          busy={leave.isPending}
          error={leave.error}
          onConfirm={() => leave.mutate()}
          onClose={() => setIsAsked(false)}
        />
      )}
    </div>
  );
}

/** Lists a project's members. The owner invites, changes and removes members; a member can leave. */
export function ShareDialog({ project, onClose }: { project: Shared; onClose: () => void }) {
  const isOwner = project.role === "owner";
  return (
    <Dialog title={isOwner ? `Share “${project.name}”` : `Members of “${project.name}”`} onClose={onClose}>
      <div className="grid gap-5">
        {isOwner && <InviteForm projectId={project.id} />}
        <Members project={project} />
        {isOwner ? <InvitationList projectId={project.id} /> : <Leave project={project} />}
        <div className="flex justify-end">
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Dialog>
  );
}

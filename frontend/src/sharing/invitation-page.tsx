import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import type { OfferedInvitation } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { acceptInvitation, getInvitation } from "../api/sharing.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { forgetInvitation, openedInvitation } from "./kept-invitation.ts";
import { roleNames } from "./role-names.ts";

const offers: Record<OfferedInvitation["role"], string> = {
  editor: "You will be able to change files, send prompts and work with the preview's data.",
  viewer: "You will be able to see the conversation, the files and the preview.",
};

/** Whether the person already has a role that accepting the invitation would not raise. */
const changesNothing = ({ currentRole, role }: OfferedInvitation): boolean =>
  currentRole === "owner" || currentRole === "editor" || currentRole === role;

const card = "card mx-auto mt-16 max-w-md p-6";
const heading = "text-xl font-semibold tracking-tight wrap-anywhere";

/** Shown to an existing member, and to the owner, who may be testing the link. */
function Member({ offer: { project, currentRole } }: { offer: OfferedInvitation }) {
  // From now on the link leads to the project.
  useEffect(forgetInvitation, []);
  const isOwner = currentRole === "owner";
  return (
    <section aria-label="Invitation" className={card}>
      <h2 className={heading}>
        {isOwner ? `“${project.name}” is your project` : `You're a member of “${project.name}” already`}
      </h2>
      <p className="mt-2 text-sm text-soft">
        {isOwner || currentRole === null
          ? "Anyone else who opens this link can join it."
          : `Your role: ${roleNames[currentRole]}. This invitation doesn't change it.`}
      </p>
      <div className="mt-6 flex justify-end">
        <Link
          href={`/projects/${project.id}`}
          className="inline-flex h-9 items-center rounded-md border border-line-strong bg-raised px-3.5 text-sm font-medium hover:border-soft"
        >
          Open the project
        </Link>
      </div>
    </section>
  );
}

function Offer({ token, offer }: { token: string; offer: OfferedInvitation }) {
  const [, navigate] = useLocation();
  const accept = useMutation({
    meta: { shown: true },
    mutationFn: () => acceptInvitation(token),
    onSuccess: async ({ projectId }) => {
      forgetInvitation();
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${projectId}`, { replace: true });
    },
  });
  return (
    <section aria-label="Invitation" className={card}>
      <h2 className={heading}>
        {offer.invitedBy} invites you to “{offer.project.name}”
      </h2>
      {offer.currentRole !== null && (
        <p className="mt-2 text-sm">You're a member already. Your role: {roleNames[offer.currentRole]}.</p>
      )}
      <p className="mt-2 text-sm text-soft">{offers[offer.role]}</p>
      <Refusal error={accept.error} className="mt-3" />
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Link href="/" className="inline-flex h-9 items-center px-3.5 text-sm text-soft hover:text-ink">
          Not now
        </Link>
        <Button tone="primary" busy={accept.isPending} onClick={() => accept.mutate()}>
          {offer.currentRole === null ? "Join the project" : "Become an editor"}
        </Button>
      </div>
    </section>
  );
}

function NoInvitation() {
  return (
    <Empty title="This invitation was used, was revoked or has expired.">
      If you joined by it before, the project is in the list of{" "}
      <Link href="/" className="underline underline-offset-3">
        your projects
      </Link>
      . Otherwise check that the link is complete, or ask whoever sent it for another one.
    </Empty>
  );
}

/** The page of an invitation link. Shows the project and the role, and accepts the invitation. */
export default function InvitationPage() {
  const [token] = useState(() => openedInvitation(location.hash));
  const query = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => getInvitation(token ?? ""),
    enabled: token !== null,
    retry: false,
  });
  // A link that was truncated in a message is not an invitation either.
  const isGone = token === null || isApiError(query.error, "not_found") || isApiError(query.error, "invalid_request");
  return (
    <>
      <Header>
        <PageHeading title="Invitation" />
      </Header>
      <main className="px-4">
        {isGone && <NoInvitation />}
        {!isGone && query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
        {!isGone && query.isPending && <Skeleton lines={3} />}
        {query.data !== undefined && changesNothing(query.data) && <Member offer={query.data} />}
        {token !== null && query.data !== undefined && !changesNothing(query.data) && (
          <Offer token={token} offer={query.data} />
        )}
      </main>
    </>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitedPerson } from "../../../worker/contract/index.ts";
import { pages } from "../api/client.ts";
import { type AppOf, invitePerson, listPeople } from "../api/publishing.ts";
import { keys } from "../api/queries.ts";
import { CreationForm } from "../settings/creation-form.tsx";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { AccessSwitch } from "./access-switch.tsx";
import { AppSelect, useAppChoice } from "./app-select.tsx";
import { CopyRow } from "./copy-row.tsx";
import { PersonRow } from "./person-row.tsx";
import { rolesIn } from "./roles.ts";

function inputOf(data: FormData) {
  const name = String(data.get("name")).trim();
  const roles = rolesIn(String(data.get("roles")));
  return { email: String(data.get("email")).trim(), ...(name !== "" && { name }), ...(roles.length > 0 && { roles }) };
}

/** Sets who may visit the published app. Lists, invites and removes people of the published and the staged app. */
export function People({ projectId }: { projectId: string }) {
  const [invited, setInvited] = useState<InvitedPerson | null>(null);
  const choice = useAppChoice<AppOf["target"]>(projectId, ["public", "staging"]);
  const app: AppOf = { id: projectId, target: choice.app };
  return (
    <Section title="People" note="The people who can visit the published app, and the people who have signed in to it.">
      <AccessSwitch projectId={projectId} />
      {choice.apps.length > 1 && <AppSelect {...choice} label="Whose people" className="mb-3 text-sm" />}
      <PeopleList key={app.target} app={app} />
      <CreationForm
        action="Invite"
        inputOf={inputOf}
        create={(input: ReturnType<typeof inputOf>) => invitePerson(app, input)}
        onCreated={setInvited}
        listKey={keys.publishing(projectId, "people", app.target)}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Email" name="email" type="email" required maxLength={254} autoComplete="off" />
          <Field label="Name (optional)" name="name" maxLength={100} autoComplete="off" />
        </div>
        <Field
          label="Roles (optional)"
          name="roles"
          placeholder="editor, admin"
          hint="The app's code decides what each role can do."
          autoComplete="off"
        />
      </CreationForm>
      {invited !== null && <InvitationDialog invited={invited} onClose={() => setInvited(null)} />}
    </Section>
  );
}

function PeopleList({ app }: { app: AppOf }) {
  const query = useInfiniteQuery({
    queryKey: keys.publishing(app.id, "people", app.target),
    queryFn: ({ pageParam }) => listPeople(app, pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const people = query.data.pages.flatMap((page) => page.data);
  if (people.length === 0) return <p className="mb-4 text-sm text-faint">Nobody has been invited or has signed in.</p>;
  return (
    <>
      <ul aria-label="People" className="card mb-4 divide-y divide-line">
        {people.map((person) => (
          <PersonRow key={person.id} app={app} person={person} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mb-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}

type InvitationDialogProps = { invited: InvitedPerson; onClose: () => void };

/** Shows an invitation's link, which the API returns only once. */
function InvitationDialog({ invited: { email, invitationUrl, mailed }, onClose }: InvitationDialogProps) {
  return (
    <Dialog title="Invitation" closesBeside={false} onClose={onClose}>
      <p className="mb-3 text-sm text-soft wrap-anywhere">
        {mailed ? `This link was mailed to ${email}.` : `No mail service is set up, so send this link to ${email}.`} It
        signs them in once, within a week.
      </p>
      <CopyRow label="Invitation link" value={invitationUrl} />
      <div className="mt-6 flex justify-end">
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}

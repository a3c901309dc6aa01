import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import type { Me } from "../../../worker/contract/index.ts";
import { deleteMe, exportUrl } from "../api/account.ts";
import type { KnownSession } from "../api/auth.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";

/** Asks the person to type the account's email address as confirmation. */
function DeleteDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const [fault, setFault] = useState<string>();
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: deleteMe,
    onSuccess: ({ deletionDueAt }) => {
      toast(`Your account will be deleted on ${new Date(deletionDueAt).toLocaleDateString()}. Sign in to keep it.`);
      queryClient.setQueryData<KnownSession>(keys.session, null);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("email")).trim().toLowerCase();
    const isRight = typed === me.email;
    setFault(isRight ? undefined : `Type ${me.email} to confirm.`);
    if (isRight) remove.mutate();
  };
  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <p className="text-sm text-soft">
        This signs you out everywhere, revokes your API tokens and unpublishes your apps now. After 14 days we
        permanently delete all your projects, their history and their apps' data. Sign in before then to keep your
        account.
      </p>
      <form onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="Type your email to confirm" name="email" autoComplete="off" required error={fault} />
        <Refusal error={remove.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Keep my account</Button>
          <Button tone="danger" type="submit" busy={remove.isPending}>
            Delete my account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function DeleteAccount({ me }: { me: Me }) {
  const [asked, setAsked] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <a href={exportUrl} download className="text-sm font-medium text-ember-deep underline underline-offset-4">
        Export everything as JSON
      </a>
      {me.deletionDueAt === null && (
        <Button tone="danger" onClick={() => setAsked(true)}>
          Delete my account
        </Button>
      )}
      {asked && <DeleteDialog me={me} onClose={() => setAsked(false)} />}
    </div>
  );
}

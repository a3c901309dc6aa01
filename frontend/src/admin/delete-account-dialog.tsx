import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import type { AdminAccount } from "../../../worker/contract/index.ts";
import { deleteAccount } from "../api/admin.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";

/** Deletes an account after the admin has typed its email address. */
export function DeleteAccountDialog({ account, onClose }: { account: AdminAccount; onClose: () => void }) {
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: (email: string) => deleteAccount(account.id, email),
    onSuccess: () => {
      onClose();
      toast(`${account.email} is being deleted.`);
      return queryClient.invalidateQueries({ queryKey: keys.admin("accounts") });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.mutate(String(new FormData(event.currentTarget).get("email")));
  };
  return (
    <Dialog title={`Delete ${account.email}?`} onClose={onClose}>
      <p className="text-sm text-soft">
        This signs the account out, takes its apps offline and permanently deletes its projects, their history and their
        apps' data. You can't undo this.
      </p>
      <form onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="Type the account's address to confirm" name="email" autoComplete="off" required />
        <Refusal error={remove.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" type="submit" busy={remove.isPending}>
            Delete account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

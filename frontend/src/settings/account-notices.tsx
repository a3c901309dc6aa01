import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Me } from "../../../worker/contract/index.ts";
import { enableHooks, restoreMe } from "../api/account.ts";
import { sendVerificationMail } from "../api/auth.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";

type NoticeProps = { text: ReactNode; action: string; run: () => Promise<unknown>; done: string };

/** Shows a notice about the account, with its action. */
function Notice({ text, action, run, done }: NoticeProps) {
  const act = useMutation({
    mutationFn: run,
    onSuccess: () => {
      toast(done);
      return queryClient.invalidateQueries({ queryKey: keys.me });
    },
  });
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-md border border-ember bg-ember-wash px-4 py-3 text-sm"
    >
      <p className="min-w-48 flex-1">{text}</p>
      <Button small busy={act.isPending} onClick={() => act.mutate()}>
        {action}
      </Button>
    </div>
  );
}

export function AccountNotices({ me }: { me: Me }) {
  return (
    <div className="mb-8 grid gap-3 empty:hidden">
      {me.deletionDueAt !== null && (
        <Notice
          text={`This account will be permanently deleted on ${new Date(me.deletionDueAt).toLocaleDateString()}.`}
          action="Keep my account"
          run={restoreMe}
          done="Account deletion cancelled."
        />
      )}
      {me.mustVerifyEmail && (
        <Notice
          text={`Verify ${me.email} to send prompts, publish, and create tokens, webhooks and triggers.`}
          action="Resend email"
          run={() => sendVerificationMail(me.email)}
          done={`We've emailed a link to ${me.email}.`}
        />
      )}
      {me.hooksToConfirm > 0 && (
        <Notice
          text={`${plural(me.hooksToConfirm, "webhook or trigger", "webhooks and triggers")} were turned off when your password changed. Check that they're yours before you turn them back on.`}
          action="Turn on"
          run={enableHooks}
          done="Turned back on."
        />
      )}
    </div>
  );
}

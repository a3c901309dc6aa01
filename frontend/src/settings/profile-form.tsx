import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import type { Me } from "../../../worker/contract/index.ts";
import { updateMe } from "../api/account.ts";
import { isApiError } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { dollars } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { budgetOf } from "./budget.ts";

type Change = Parameters<typeof updateMe>[0];

/** Returns the server's error about the budget, to show at its field. The form shows other errors below. */
const budgetFault = (error: unknown): string | undefined =>
  isApiError(error) ? error.body.errors?.find(({ pointer }) => pointer.startsWith("/budget"))?.detail : undefined;

function useSave(onSaved: () => void) {
  return useMutation({
    meta: { shown: true },
    mutationFn: updateMe,
    onSuccess: (changed) => {
      queryClient.setQueryData(keys.me, changed);
      void queryClient.invalidateQueries({ queryKey: keys.session });
      onSaved();
      toast("Saved.");
    },
  });
}

export function ProfileForm({ me }: { me: Me }) {
  const [fault, setFault] = useState<string>();
  /** A change to a budget of $0 that awaits confirmation. */
  const [asked, setAsked] = useState<Change | null>(null);
  const save = useSave(() => setAsked(null));
  const refused = budgetFault(save.error);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = String(data.get("name")).trim();
    const budget = budgetOf(String(data.get("budget")));
    save.reset();
    setFault(budget.fault);
    if (budget.fault !== undefined) return;
    const { dailyMicroUsd } = budget;
    const isNew = dailyMicroUsd !== me.budget.dailyMicroUsd;
    const change = { ...(name === me.name ? {} : { name }), ...(isNew ? { budget: { dailyMicroUsd } } : {}) };
    if (isNew && dailyMicroUsd === 0) setAsked(change);
    else save.mutate(change);
  };
  return (
    <form className="grid max-w-md gap-4" onSubmit={submit}>
      <Field label="Email" value={me.email} readOnly />
      <Field label="Name" name="name" defaultValue={me.name} required maxLength={100} />
      <Field
        label="Daily budget, in dollars"
        name="budget"
        type="number"
        min={0}
        step="0.01"
        // Not `required`, since the browser's message would not explain the field.
        aria-required
        defaultValue={(me.budget.dailyMicroUsd / 1_000_000).toString()}
        hint={`Work stops when you reach it. Maximum for your plan: ${dollars(me.budget.maxDailyMicroUsd)}.`}
        error={fault ?? refused}
      />
      {refused === undefined && asked === null && <Refusal error={save.error} />}
      <div>
        <Button tone="primary" type="submit" busy={save.isPending}>
          Save
        </Button>
      </div>
      {asked !== null && (
        <Confirm
          title="Set the budget to $0?"
          text="You can't send prompts until you raise it."
          action="Save $0"
          busy={save.isPending}
          error={save.error}
          onConfirm={() => save.mutate(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </form>
  );
}

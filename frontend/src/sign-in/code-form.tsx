import { useMutation } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { enterCode } from "../api/auth.ts";
import { errorMessage } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormAlert } from "./entry-page.tsx";
import { startSession } from "./use-session.ts";

/** The second step of a sign-in: asks for a code of the account's authenticator app, or a backup code. */
export function CodeForm({ onCancel }: { onCancel: () => void }) {
  const enter = useMutation({
    meta: { shown: true },
    mutationFn: async (code: string) => {
      await enterCode(code);
      await startSession();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    enter.mutate(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoFocus
        required
        hint="Six digits from your authenticator app, or a backup code"
      />
      {enter.isError && <FormAlert>{errorMessage(enter.error)}</FormAlert>}
      <Button tone="primary" type="submit" busy={enter.isPending} className="mt-1 h-10 w-full">
        Continue
      </Button>
      <Button onClick={onCancel}>Back</Button>
    </form>
  );
}

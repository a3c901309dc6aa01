import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useRef, useState } from "react";
import { changePassword } from "../api/auth.ts";
import { isApiError } from "../api/client.ts";
import { queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";

const minLength = 8;

/** Returns the server's error about the new password, to show at its field. */
const newPasswordFault = (error: unknown): string | undefined =>
  isApiError(error) ? error.body.errors?.find(({ pointer }) => pointer === "/newPassword")?.detail : undefined;

/** Changes the password, and by default revokes other access. */
export function PasswordForm() {
  const form = useRef<HTMLFormElement>(null);
  const [endsSessions, setEndsSessions] = useState(true);
  const [tooShort, setTooShort] = useState(false);
  const change = useMutation({
    meta: { shown: true },
    mutationFn: changePassword,
    onSuccess: () => {
      form.current?.reset();
      setEndsSessions(true);
      toast("Password changed.");
      return queryClient.invalidateQueries();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const newPassword = String(data.get("newPassword"));
    setTooShort(newPassword.length < minLength);
    if (newPassword.length < minLength) return;
    const currentPassword = String(data.get("currentPassword"));
    change.mutate({
      currentPassword,
      newPassword,
      revokeOtherSessions: endsSessions,
      keepTokens: data.get("endTokens") === null,
    });
  };
  const refused = newPasswordFault(change.error);
  return (
    <form ref={form} onSubmit={submit} className="grid max-w-md gap-4">
      <Field label="Current password" name="currentPassword" type="password" autoComplete="current-password" required />
      <Field
        label="New password"
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        hint={`At least ${minLength} characters`}
        error={tooShort ? `Use at least ${minLength} characters.` : refused}
      />
      <div className="grid gap-1.5 text-sm">
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-ember"
            checked={endsSessions}
            onChange={(event) => setEndsSessions(event.target.checked)}
          />
          Sign out everywhere else
        </label>
        <label className={`flex items-start gap-2 ${endsSessions ? "" : "opacity-50"}`}>
          <input
            type="checkbox"
            name="endTokens"
            className="mt-1 accent-ember"
            defaultChecked
            disabled={!endsSessions}
          />
          Revoke all API tokens, and turn off webhooks and triggers until I confirm them
        </label>
      </div>
      {refused === undefined && <Refusal error={change.error} />}
      <div>
        <Button tone="primary" type="submit" busy={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}

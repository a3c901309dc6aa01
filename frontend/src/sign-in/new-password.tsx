import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { Link, useSearch } from "wouter";
import { requestPasswordReset, resetPassword } from "../api/auth.ts";
import { errorMessage, isApiError } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { EntryPage, FormAlert, linkClass } from "./entry-page.tsx";

const shortest = 8;

const BackToSignIn = () => (
  <Link href="/sign-in" className={linkClass}>
    Back to sign in
  </Link>
);

/** Requests a reset link. The response does not reveal whether the account exists. */
export function ForgotPasswordPage() {
  const ask = useMutation({ meta: { shown: true }, mutationFn: requestPasswordReset });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask.mutate(String(new FormData(event.currentTarget).get("email")).trim());
  };
  return (
    <EntryPage title="Reset your password" note={<BackToSignIn />}>
      {ask.isSuccess ? (
        <p role="status" className="text-sm">
          If an account exists for {ask.variables}, we've emailed a reset link. It expires in an hour.
        </p>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <Field label="Email" name="email" type="email" autoComplete="email" required autoFocus />
          {ask.isError && <FormAlert>{errorMessage(ask.error)}</FormAlert>}
          <Button tone="primary" type="submit" busy={ask.isPending} className="mt-1 h-10 w-full">
            Email me a reset link
          </Button>
        </form>
      )}
    </EntryPage>
  );
}

/** Sets a new password with the token of an emailed link. */
export function ResetPasswordPage() {
  const token = new URLSearchParams(useSearch()).get("token") ?? "";
  const [tooShort, setTooShort] = useState(false);
  const set = useMutation({
    meta: { shown: true },
    mutationFn: (newPassword: string) => resetPassword({ token, newPassword }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    setTooShort(password.length < shortest);
    if (password.length >= shortest) set.mutate(password);
  };
  const isStale = isApiError(set.error) && set.error.body.reason === "invalid_token";
  return (
    <EntryPage title="Set a new password" note={<BackToSignIn />}>
      {set.isSuccess ? (
        <p role="status" className="text-sm">
          Password changed. You've been signed out everywhere, and your API tokens have been revoked. Webhooks and
          triggers are off until you confirm them under Security.{" "}
          <Link href="/sign-in" className={linkClass}>
            Sign in
          </Link>
        </p>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <Field
            label="New password"
            name="password"
            type="password"
            autoComplete="new-password"
            required
            autoFocus
            hint={`At least ${shortest} characters`}
            error={tooShort ? `Use at least ${shortest} characters.` : undefined}
          />
          {set.isError && (
            <FormAlert>
              {isStale ? (
                <>
                  This link has expired or has already been used.{" "}
                  <Link href="/forgot-password" className={linkClass}>
                    Request a new link
                  </Link>
                </>
              ) : (
                errorMessage(set.error)
              )}
            </FormAlert>
          )}
          <Button tone="primary" type="submit" busy={set.isPending} className="mt-1 h-10 w-full">
            Set password
          </Button>
        </form>
      )}
    </EntryPage>
  );
}

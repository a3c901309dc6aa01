import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { signIn, signUp } from "../api/auth.ts";
import { errorMessage, isApiError } from "../api/client.ts";
import { keepInvitation } from "../sharing/kept-invitation.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { CodeForm } from "./code-form.tsx";
import { EntryPage, FormAlert, linkClass } from "./entry-page.tsx";
import { ForgotLink } from "./forgot-link.tsx";
import { GitHubButton, gitHubErrorIn } from "./github.tsx";
import { redirectTargetAfterSignIn, withRedirectTarget } from "./redirect-target.ts";
import { startSession } from "./use-session.ts";

const shortest = 8;

function useSignIn(isNew: boolean, askForCode: () => void) {
  return useMutation({
    meta: { shown: true },
    mutationFn: async (form: { name: string; email: string; password: string }) => {
      if (isNew) await signUp(form);
      else if ((await signIn({ email: form.email, password: form.password })).needsCode) return askForCode();
      await startSession();
    },
  });
}

type PageProps = { isNew: boolean; place: string };

/** Shows the form's error, with a link to the other form if the person probably meant that form. */
function Refused({ error, isNew, place }: PageProps & { error: Error }) {
  const reason = isApiError(error) ? (error.body.reason ?? "") : "";
  return (
    <FormAlert>
      {errorMessage(error)}{" "}
      {isNew && reason.startsWith("user_already_exists") && (
        <Link href={withRedirectTarget("/sign-in", place)} className={linkClass}>
          Sign in
        </Link>
      )}
      {!isNew && reason === "invalid_email_or_password" && (
        <>
          Try again, or{" "}
          <Link href={withRedirectTarget("/sign-up", place)} className={linkClass}>
            create an account
          </Link>
          .
        </>
      )}
    </FormAlert>
  );
}

function SignInForm({ isNew, place }: PageProps) {
  const [needsCode, setNeedsCode] = useState(false);
  const enter = useSignIn(isNew, () => setNeedsCode(true));
  const [tooShort, setTooShort] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "");
    const password = text("password");
    setTooShort(isNew && password.length < shortest);
    if (isNew && password.length < shortest) return;
    const email = text("email").trim();
    enter.mutate({ email, password, name: text("name").trim() || email.split("@")[0] || email });
  };
  if (needsCode) return <CodeForm onCancel={() => setNeedsCode(false)} />;
  return (
    <form onSubmit={submit} className="grid gap-4">
      {isNew && <Field label="Name" name="name" autoComplete="name" autoFocus maxLength={100} />}
      <Field label="Email" name="email" type="email" autoComplete="email" required autoFocus={!isNew} />
      <Field
        label="Password"
        name="password"
        type="password"
        required
        autoComplete={isNew ? "new-password" : "current-password"}
        {...(isNew ? { hint: `At least ${shortest} characters` } : {})}
        error={tooShort ? `Use at least ${shortest} characters.` : undefined}
      />
      {enter.isError && <Refused error={enter.error} isNew={isNew} place={place} />}
      <Button tone="primary" type="submit" busy={enter.isPending} className="mt-1 h-10 w-full">
        {isNew ? "Create account" : "Sign in"}
      </Button>
    </form>
  );
}

/** Explains an expired session or a failed GitHub sign-in. */
function Notice({ expired, search }: { expired: boolean; search: string }) {
  const failed = gitHubErrorIn(search);
  if (failed !== null) return <FormAlert>{failed}</FormAlert>;
  if (!expired) return null;
  return (
    <p role="status" className="rounded-md border border-ember bg-ember-wash px-3 py-2 text-sm">
      You've been signed out. Sign in to continue.
    </p>
  );
}

/** @param expired whether a session ended without a sign-out */
export default function SignInPage({ isNew, expired }: { isNew: boolean; expired: boolean }) {
  const [path] = useLocation();
  const search = useSearch();
  const place = redirectTargetAfterSignIn(path, search);
  useEffect(() => keepInvitation(location.hash), []);
  const other = (
    <>
      {isNew ? "Already have an account?" : "New to Edgesmith?"}{" "}
      <Link href={withRedirectTarget(isNew ? "/sign-in" : "/sign-up", place)} className={linkClass}>
        {isNew ? "Sign in" : "Create an account"}
      </Link>
    </>
  );
  return (
    <EntryPage
      title={isNew ? "Create your account" : "Sign in"}
      note={other}
      heading={isNew ? undefined : "Sign in to Edgesmith"}
    >
      <div className="mb-4 empty:hidden">
        <Notice expired={expired} search={search} />
      </div>
      <GitHubButton place={place} />
      <SignInForm key={String(isNew)} isNew={isNew} place={place} />
      {!isNew && <ForgotLink />}
    </EntryPage>
  );
}

import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { Link } from "wouter";
import { signIn, signUp } from "../api/account.ts";
import { wordsOf } from "../api/client.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Logo } from "../ui/logo.tsx";
import { ThemeToggle } from "../ui/theme-toggle.tsx";
import { startSession } from "./use-session.ts";

const shortest = 8;

function useSignIn(isNew: boolean) {
  return useMutation({
    meta: { shown: true },
    mutationFn: async (form: { name: string; email: string; password: string }) => {
      if (isNew) await signUp(form);
      else await signIn({ email: form.email, password: form.password });
      await startSession();
    },
  });
}

function SignInForm({ isNew }: { isNew: boolean }) {
  const enter = useSignIn(isNew);
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
        {...(isNew ? { hint: `${shortest} characters or more.` } : {})}
        error={tooShort ? `The password needs ${shortest} characters or more.` : undefined}
      />
      {enter.isError && (
        <p role="alert" className="rounded-md border border-bad bg-bad-wash px-3 py-2 text-sm">
          {wordsOf(enter.error)}
        </p>
      )}
      <Button tone="primary" type="submit" busy={enter.isPending} className="mt-1 h-10 w-full">
        {isNew ? "Create account" : "Sign in"}
      </Button>
    </form>
  );
}

function Pitch() {
  return (
    <section className="relative hidden overflow-hidden border-r border-line bg-sunken p-12 lg:flex lg:flex-col lg:justify-between">
      <Logo size={26} />
      <div className="max-w-md">
        <h1 className="font-display text-5xl leading-[1.08] font-semibold tracking-tight text-balance">
          Describe an app. Watch it being written. See it run.
        </h1>
        <p className="mt-5 text-soft">
          Every change is a revision you can undo. Every app runs on its own origin, with its own server and database.
        </p>
      </div>
      <p className="stamp text-faint">made at the edge</p>
      <div
        aria-hidden="true"
        className="absolute -right-32 -bottom-40 size-[30rem] rounded-full bg-ember opacity-20 blur-[110px]"
      />
    </section>
  );
}

export function SignInPage({ isNew }: { isNew: boolean }) {
  return (
    <div className="grid min-h-full lg:grid-cols-[1.1fr_1fr]">
      <title>{`${isNew ? "Create your account" : "Sign in"} · Edgesmith`}</title>
      <Pitch />
      <main className="relative grid content-center justify-items-center p-6">
        <div className="absolute top-3 right-3">
          <ThemeToggle />
        </div>
        <div className="w-full max-w-sm">
          <div className="mb-8 lg:hidden">
            <Logo />
          </div>
          <h2 className="mb-1 text-2xl font-semibold tracking-tight">
            {isNew ? "Create your account" : "Welcome back"}
          </h2>
          <p className="mb-6 text-sm text-soft">
            {isNew ? "Already here before?" : "New here?"}{" "}
            <Link
              href={isNew ? "/sign-in" : "/sign-up"}
              className="font-medium text-ember-deep underline underline-offset-4"
            >
              {isNew ? "Sign in" : "Create an account"}
            </Link>
          </p>
          <SignInForm key={String(isNew)} isNew={isNew} />
        </div>
      </main>
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { useLocation } from "wouter";
import { readyQuery } from "../api/ready.ts";
import { hostIn } from "../projects/host-in.ts";
import { ImportDialog } from "../projects/lazy-dialogs.tsx";
import { useImport } from "../projects/use-import.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";

const typedIn = (event: SubmitEvent<HTMLFormElement>): string => {
  event.preventDefault();
  return String(new FormData(event.currentTarget).get("address")).trim();
};

/** Opens the page that copies a published app. */
function CopyForm() {
  const [, navigate] = useLocation();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const host = hostIn(typedIn(event));
    if (host !== null) navigate(`/copy?app=${encodeURIComponent(host)}`);
  };
  return (
    <form className="card grid content-start gap-3 p-4" onSubmit={submit}>
      <Field
        label="Published app"
        name="address"
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="my-bakery.example.com"
        hint="The app's address. Its owner must allow copies."
      />
      <Button type="submit" className="justify-self-start">
        Make a copy
      </Button>
    </form>
  );
}

/** Imports a public repository. Only available if the operator has configured Git hosts. */
function RepositoryForm({ hosts }: { hosts: readonly string[] }) {
  const { start, busy, error, result, open, close } = useImport(true);
  return (
    <form
      className="card grid content-start gap-3 p-4"
      onSubmit={(event) => start({ kind: "repository", url: typedIn(event) })}
    >
      <Field
        label="Git repository"
        name="address"
        required
        maxLength={500}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={`https://${hosts[0]}/owner/repository`}
        hint={`A public repository, branch, tag or folder at ${hosts.join(", ")}.`}
      />
      <Refusal error={error} />
      <Button type="submit" busy={busy} className="justify-self-start">
        Import
      </Button>
      {result !== null && (
        <ImportDialog
          title={`Imported “${result.name}”`}
          project={result}
          report={result}
          action="Open project"
          onDone={() => open(result.id)}
          onClose={close}
        />
      )}
    </form>
  );
}

/** Creates a project from the URL of a published app or of a repository. */
export function FromAddress() {
  const hosts = useQuery(readyQuery).data?.imports.hosts ?? [];
  return (
    <section aria-labelledby="from-address" className="mt-12">
      <h2
        id="from-address"
        tabIndex={-1}
        // The browser looks for the target of the URL's fragment before the page is rendered.
        ref={(heading) => {
          if (location.hash === "#from-address") heading?.scrollIntoView();
        }}
        className="mb-4 text-sm font-semibold text-soft outline-none"
      >
        Start from an address
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">
        <CopyForm />
        {hosts.length > 0 && <RepositoryForm hosts={hosts} />}
      </div>
    </section>
  );
}

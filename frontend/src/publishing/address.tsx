import { useMutation, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import type { Published, PublishedName } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { getPublishedName, putPublishedName, releasePublishedName } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { toast } from "../ui/toast.tsx";
import { CopyRow } from "./copy-row.tsx";

/** Refetches the project, since its public URL contains the name. */
const reload = (projectId: string) => queryClient.invalidateQueries({ queryKey: keys.project(projectId) });

/** Shows the app's public URL, and sets the name in it. */
export function Address({ projectId, published }: { projectId: string; published: Published | null }) {
  const query = useQuery({
    queryKey: keys.publishing(projectId, "name"),
    queryFn: () => getPublishedName(projectId),
  });
  const note =
    published === null
      ? "Not published yet. Choose a name now, and publish from the preview."
      : `Version ${published.revision} is published.`;
  return (
    <Section title="Address" note={note}>
      {query.isPending && <Skeleton lines={2} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && (
        <>
          {published !== null && (
            <div className="mb-4 flex items-center gap-2">
              <div className="min-w-0 flex-1">
                <CopyRow label="Public link" value={published.url} />
              </div>
              <Button onClick={() => window.open(published.url, "_blank", "noopener")}>
                <ExternalLink size={14} /> Open
              </Button>
            </div>
          )}
          <NameForm key={query.data.name} projectId={projectId} named={query.data} />
        </>
      )}
    </Section>
  );
}

/** Returns the error to show at the field: the API's own message, or the reason why the name is invalid. */
function faultOf(error: unknown): string | undefined {
  if (!isApiError(error)) return undefined;
  if (error.code === "name_taken") return error.message;
  const detail = error.body.errors?.find(({ pointer }) => pointer === "/name")?.detail;
  return detail === undefined ? undefined : `The ${detail}`;
}

function NameForm({ projectId, named }: { projectId: string; named: PublishedName }) {
  const [asked, setAsked] = useState(false);
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (name: string) => putPublishedName(projectId, name),
    onSuccess: ({ url }) => {
      toast(`The address is ${url}`);
      return reload(projectId);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim().toLowerCase();
    save.reset();
    if (name !== named.name) save.mutate(name);
  };
  const fault = faultOf(save.error);
  return (
    <form className="card grid gap-4 p-4" onSubmit={submit}>
      <Field
        label="Name"
        name="name"
        required
        minLength={3}
        maxLength={63}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="my-bakery"
        defaultValue={named.name ?? ""}
        hint="The first part of the address: lowercase letters, digits and hyphens."
        error={fault}
      />
      {fault === undefined && <Refusal error={save.error} />}
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" type="submit" busy={save.isPending}>
          Save name
        </Button>
        {named.name !== null && <Button onClick={() => setAsked(true)}>Release name</Button>}
      </div>
      {asked && <ReleaseDialog projectId={projectId} name={named.name ?? ""} onClose={() => setAsked(false)} />}
    </form>
  );
}

function ReleaseDialog({ projectId, name, onClose }: { projectId: string; name: string; onClose: () => void }) {
  const release = useMutation({
    meta: { shown: true },
    mutationFn: () => releasePublishedName(projectId),
    onSuccess: async () => {
      onClose();
      await reload(projectId);
    },
  });
  return (
    <Confirm
      title={`Release “${name}”?`}
      text="Links with this name stop working. Nobody else can take the name for 30 days."
      action="Release"
      busy={release.isPending}
      error={release.error}
      onConfirm={() => release.mutate()}
      onClose={onClose}
    />
  );
}

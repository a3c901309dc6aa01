import { useMutation, useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { Copying as Allowed, Published } from "../../../worker/contract/index.ts";
import { getCopying, putCopying } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { CopyRow } from "./copy-row.tsx";

/** Lets others copy the published app into their own projects, and shows the link that does so. */
export function Copying({ projectId, published }: { projectId: string; published: Published | null }) {
  const queryKey = keys.publishing(projectId, "copying");
  const query = useQuery({ queryKey, queryFn: () => getCopying(projectId) });
  return (
    <Section
      title="Copies"
      note="A copy contains the files of the published version, but no data, secrets or conversation."
    >
      {query.isPending && <Skeleton lines={1} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && <CopyingSwitch projectId={projectId} allowed={query.data.allowed} published={published} />}
    </Section>
  );
}

type SwitchProps = { projectId: string; allowed: boolean; published: Published | null };

function CopyingSwitch({ projectId, allowed, published }: SwitchProps) {
  const id = useId();
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (next: boolean) => putCopying(projectId, next),
    onSuccess: (saved) => queryClient.setQueryData<Allowed>(keys.publishing(projectId, "copying"), saved),
  });
  return (
    <div className="grid gap-3">
      <div className="flex items-start gap-2.5">
        <input
          id={id}
          type="checkbox"
          className="mt-1 accent-ember"
          checked={allowed}
          aria-busy={save.isPending}
          aria-describedby={`${id}-note`}
          onChange={({ currentTarget }) => !save.isPending && save.mutate(currentTarget.checked)}
        />
        <div>
          <label htmlFor={id} className="text-sm font-medium">
            Others may duplicate this app
          </label>
          <p id={`${id}-note`} className="text-xs text-soft">
            {allowed
              ? "Everyone with an account here can see its name and read its source. Existing copies stay when you turn this off."
              : "Only you and the project's members see the source."}
          </p>
        </div>
      </div>
      {allowed && published !== null && (
        <CopyRow label="Link to copy it" value={`${location.origin}/copy?app=${new URL(published.url).host}`} />
      )}
      <Refusal error={save.error} />
    </div>
  );
}

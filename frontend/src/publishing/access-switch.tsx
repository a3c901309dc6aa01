import { useMutation, useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { VisitorAccess } from "../../../worker/contract/index.ts";
import { getVisitorAccess, putVisitorAccess } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";

type Access = { access: VisitorAccess };

/** Switches the published app between access for everyone and access for invited people only. */
export function AccessSwitch({ projectId }: { projectId: string }) {
  const id = useId();
  const queryKey = keys.publishing(projectId, "access");
  const query = useQuery({ queryKey, queryFn: () => getVisitorAccess(projectId) });
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (access: VisitorAccess) => putVisitorAccess(projectId, access),
    onSuccess: (saved) => queryClient.setQueryData<Access>(queryKey, saved),
  });
  if (query.isPending) return <Skeleton lines={1} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const isInvitedOnly = query.data.access === "invited";
  return (
    <div className="mb-4">
      <div className="flex items-start gap-2.5">
        <input
          id={id}
          type="checkbox"
          className="mt-1 accent-ember"
          checked={isInvitedOnly}
          aria-busy={save.isPending}
          aria-describedby={`${id}-note`}
          onChange={({ currentTarget }) =>
            !save.isPending && save.mutate(currentTarget.checked ? "invited" : "everyone")
          }
        />
        <div>
          <label htmlFor={id} className="text-sm font-medium">
            Only people I invite
          </label>
          <p id={`${id}-note`} className="text-xs text-soft">
            {isInvitedOnly
              ? "Others see a page where invited people sign in."
              : "Everyone with the link can visit the app."}
          </p>
        </div>
      </div>
      <Refusal error={save.error} className="mt-2" />
    </div>
  );
}

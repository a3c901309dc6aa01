import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import type { AccessRequest, Grant } from "../../../worker/contract/index.ts";
import { createGrant, listGrants, listSecrets, putSecret } from "../api/app-environment.ts";
import { keys, queryClient } from "../api/queries.ts";
import { targetOf } from "../app-settings/target.ts";
import { TargetSelect } from "../app-settings/target-select.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** Returns the other hosts that already receive a secret. */
function otherHostsOf(grants: readonly Grant[], { host, secret }: AccessRequest): string[] {
  if (secret === undefined) return [];
  const carries = ({ header, query }: Grant) =>
    [header, query].some((part) => part?.template.includes(`{{${secret}}}`) === true);
  return [...new Set(grants.filter((grant) => grant.host !== host && carries(grant)).map((grant) => grant.host))];
}

/** Stores the secret, if the person entered its value, before creating the grant that names it. */
async function allow(projectId: string, { host, secret, header, query }: AccessRequest, data: FormData) {
  const target = targetOf(data.get("target"));
  const value = String(data.get("value") ?? "").trim();
  if (secret !== undefined && value !== "") await putSecret(projectId, secret, { value, target });
  await createGrant(projectId, { host, target, ...(header && { header }), ...(query && { query }) });
  for (const key of [keys.secrets(projectId), keys.grants(projectId)]) {
    await queryClient.invalidateQueries({ queryKey: key });
  }
}

type AccessDialogProps = {
  access: AccessRequest;
  agent: string;
  onAnswer: (text: string) => void;
  onClose: () => void;
};

/**
 * Shows an agent's access request with its reason, and grants it. Only the project's owner enters the secret's value.
 */
export function AccessDialog({ access, agent, onAnswer, onClose }: AccessDialogProps) {
  const { projectId } = useWorkspace();
  const { host, reason, secret, header, query } = access;
  const secrets = useQuery({ queryKey: keys.secrets(projectId), queryFn: () => listSecrets(projectId) });
  const grants = useQuery({ queryKey: keys.grants(projectId), queryFn: () => listGrants(projectId) });
  const isSet = secrets.data?.data.some(({ name }) => name === secret) ?? false;
  const others = otherHostsOf(grants.data?.data ?? [], access);
  const [denying, setDenying] = useState(false);
  const grant = useMutation({
    meta: { shown: true },
    mutationFn: (data: FormData) => allow(projectId, access, data),
    onSuccess: () => onAnswer("Allowed."),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    grant.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={`Allow the app to call ${host}?`} closesBeside={false} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4 text-sm">
        <p className="wrap-anywhere">
          <strong>{agent}</strong> asks for it, and says why:
        </p>
        <blockquote className="border-l-2 border-line-strong pl-3 text-soft wrap-anywhere whitespace-pre-wrap">
          {reason}
        </blockquote>
        {secret !== undefined && (
          <p className="wrap-anywhere">
            Each request to <code>{host}</code> will carry your secret <code>{secret}</code>
            {header !== undefined && ` in the header ${header.name}`}
            {query !== undefined && ` in the parameter ${query.name}`}. The app and the agent don't see it.
          </p>
        )}
        {others.length > 0 && (
          <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad wrap-anywhere">
            {secret} goes to {others.join(", ")} today. Allow this only if {host} may have it too.
          </p>
        )}
        {secret !== undefined && (
          <Field
            label={isSet ? `New value of ${secret} (optional)` : `Value of ${secret}`}
            name="value"
            type="password"
            autoComplete="off"
            required={!isSet}
          />
        )}
        <TargetSelect />
        <Refusal error={grant.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button
            disabled={grant.isPending || denying}
            onClick={() => {
              setDenying(true);
              onAnswer("Not allowed.");
            }}
          >
            Don't allow
          </Button>
          <Button tone="primary" type="submit" busy={grant.isPending} disabled={secrets.isPending}>
            Allow
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

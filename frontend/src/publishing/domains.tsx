import { useMutation } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { CustomDomain } from "../../../worker/contract/index.ts";
import { deleteDomain, listDomains, putDomain } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { EnvironmentList } from "../app-settings/environment-list.tsx";
import { RemovableRow } from "../app-settings/removable-row.tsx";
import { CreationForm } from "../settings/creation-form.tsx";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { CopyRow } from "./copy-row.tsx";

const states: Record<CustomDomain["status"], string> = {
  pending: "Waiting for the DNS records",
  active: "Active",
  failed: "Failed. Check the records, then check again.",
};

const certificates: Record<CustomDomain["certificate"], string> = {
  pending: "certificate is being issued",
  active: "certificate issued",
  failed: "certificate refused",
};

const purposes: Record<CustomDomain["records"][number]["purpose"], string> = {
  routing: "leads visitors here",
  ownership: "proves that the domain is yours",
  certificate: "is for the certificate",
};

/** Lists, adds, checks and removes the domains of an app. */
export function Domains({ projectId }: { projectId: string }) {
  const listKey = keys.publishing(projectId, "domains");
  return (
    <Section title="Domains" note="Your own domains. Create the DNS records where you bought the domain.">
      <EnvironmentList label="Domains" none="No domains." listKey={listKey} list={() => listDomains(projectId)}>
        {(domain) => (
          <RemovableRow
            key={domain.host}
            name={domain.host}
            consequence="The app is no longer at this address."
            remove={() => deleteDomain(projectId, domain.host)}
            listKey={listKey}
          >
            <DomainText projectId={projectId} domain={domain} />
          </RemovableRow>
        )}
      </EnvironmentList>
      <CreationForm
        action="Add domain"
        inputOf={(data) => String(data.get("host")).trim().toLowerCase()}
        create={(host: string) => putDomain(projectId, host)}
        onCreated={() => {}}
        listKey={listKey}
      >
        <Field
          label="Domain"
          name="host"
          required
          placeholder="shop.example.com"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </CreationForm>
    </Section>
  );
}

function DomainText({ projectId, domain }: { projectId: string; domain: CustomDomain }) {
  const { host, status, certificate, records } = domain;
  const check = useMutation({
    mutationFn: () => putDomain(projectId, host),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.publishing(projectId, "domains") }),
  });
  return (
    <>
      <p className="stamp wrap-anywhere">{host}</p>
      <p className="mt-1 text-xs text-soft">
        {states[status]} · {certificates[certificate]}
      </p>
      {status !== "active" && (
        <>
          <ul aria-label={`DNS records of ${host}`} className="mt-3 grid gap-3">
            {records.map(({ type, name, value, purpose }) => (
              <li key={`${type} ${name}`} className="grid gap-1.5">
                <p className="text-xs text-soft">
                  <span className="font-medium text-ink">{type}</span> {purposes[purpose]}
                </p>
                <CopyRow label={`Name of the ${type} record`} value={name} caption="Name" />
                <CopyRow label={`Value of the ${type} record`} value={value} caption="Value" />
              </li>
            ))}
          </ul>
          <Button small className="mt-3" busy={check.isPending} onClick={() => check.mutate()}>
            <RefreshCw size={13} /> Check again
          </Button>
        </>
      )}
    </>
  );
}

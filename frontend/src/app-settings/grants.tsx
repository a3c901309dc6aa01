import type { Grant } from "../../../worker/contract/index.ts";
import { createGrant, deleteGrant, listGrants } from "../api/app-environment.ts";
import { keys } from "../api/queries.ts";
import { CreationForm } from "../settings/creation-form.tsx";
import { Section } from "../settings/section.tsx";
import { Field } from "../ui/field.tsx";
import { EnvironmentList } from "./environment-list.tsx";
import { RemovableRow } from "./removable-row.tsx";
import { targetLabels, targetOf } from "./target.ts";
import { TargetSelect } from "./target-select.tsx";

const note = "The app's server can only call these hosts.";

function inputOf(data: FormData) {
  const field = (name: string) => String(data.get(name)).trim();
  const template = field("template");
  const pathPrefix = field("pathPrefix");
  return {
    host: field("host"),
    target: targetOf(data.get("target")),
    ...(pathPrefix === "" ? {} : { pathPrefix }),
    ...(template === "" ? {} : { header: { name: field("header") || "Authorization", template } }),
  };
}

/** Describes the requests that a grant allows, in one line. */
const allowedBy = ({ methods, pathPrefix }: Grant): string =>
  [methods?.join(", ") ?? "All requests", pathPrefix === undefined ? "" : `below ${pathPrefix}`].join(" ").trim();

function GrantText({ grant }: { grant: Grant }) {
  const { host, header, query, target } = grant;
  return (
    <>
      <p className="stamp wrap-anywhere">{host}</p>
      {header !== undefined && (
        <p className="mt-0.5 text-sm wrap-anywhere">
          {header.name}: {header.template}
        </p>
      )}
      {query !== undefined && (
        <p className="mt-0.5 text-sm wrap-anywhere">
          ?{query.name}={query.template}
        </p>
      )}
      <p className="mt-1 text-xs text-soft">
        {allowedBy(grant)} · {targetLabels[target]}
      </p>
    </>
  );
}

/** Lists, creates and deletes the grants of an app. */
export function Grants({ projectId }: { projectId: string }) {
  const listKey = keys.grants(projectId);
  return (
    <Section title="Hosts" note={note}>
      <EnvironmentList label="Hosts" none="No hosts." listKey={listKey} list={() => listGrants(projectId)}>
        {(grant) => (
          <RemovableRow
            key={grant.id}
            name={grant.host}
            consequence="The app's requests to this host will be refused."
            remove={() => deleteGrant(projectId, grant.id)}
            listKey={listKey}
          >
            <GrantText grant={grant} />
          </RemovableRow>
        )}
      </EnvironmentList>
      <CreationForm
        action="Allow host"
        inputOf={inputOf}
        create={(input: ReturnType<typeof inputOf>) => createGrant(projectId, input)}
        onCreated={() => {}}
        listKey={listKey}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Host" name="host" required placeholder="api.stripe.com" autoComplete="off" />
          <TargetSelect />
          <Field label="Path (optional)" name="pathPrefix" placeholder="/v1" autoComplete="off" />
          <Field label="Header (optional)" name="header" placeholder="Authorization" autoComplete="off" />
        </div>
        <Field
          label="Value of the header (optional)"
          name="template"
          placeholder="Bearer {{STRIPE_KEY}}"
          hint="A secret's name in double braces. The app doesn't see it."
          autoComplete="off"
        />
      </CreationForm>
    </Section>
  );
}

import { deleteSecret, listSecrets, putSecret } from "../api/app-environment.ts";
import { keys } from "../api/queries.ts";
import { CreationForm } from "../settings/creation-form.tsx";
import { Section } from "../settings/section.tsx";
import { Field } from "../ui/field.tsx";
import { timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { EnvironmentList } from "./environment-list.tsx";
import { RemovableRow } from "./removable-row.tsx";
import { targetLabels, targetOf } from "./target.ts";
import { TargetSelect } from "./target-select.tsx";

/** The pattern for names of variables and secrets, which the browser validates. */
export const namePattern = "[A-Z][A-Z0-9_]{0,63}";

const note =
  "Keys for external services. We encrypt them and never show them again. They never reach the app's code or its agents: we add them to requests to the hosts below.";

const inputOf = (data: FormData) => ({
  name: String(data.get("name")).trim(),
  value: String(data.get("value")).trim(),
  target: targetOf(data.get("target")),
});

/** Lists, sets and deletes the secrets of an app. */
export function Secrets({ projectId }: { projectId: string }) {
  const listKey = keys.secrets(projectId);
  return (
    <Section title="Secrets" note={note}>
      <EnvironmentList label="Secrets" none="No secrets." listKey={listKey} list={() => listSecrets(projectId)}>
        {({ name, target, version, updatedAt }) => (
          <RemovableRow
            key={`${name} ${target}`}
            name={name}
            consequence="Requests that need it will be refused."
            remove={() => deleteSecret(projectId, name, target)}
            listKey={listKey}
          >
            <p className="stamp wrap-anywhere">{name}</p>
            <p className="mt-1 text-xs text-soft">
              {targetLabels[target]} · version {version} · set {timeAgo(updatedAt)}
            </p>
          </RemovableRow>
        )}
      </EnvironmentList>
      <CreationForm
        action="Set secret"
        inputOf={inputOf}
        create={({ name, ...input }: ReturnType<typeof inputOf>) => putSecret(projectId, name, input)}
        onCreated={({ name }) => toast(`${name} is set.`)}
        listKey={listKey}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" name="name" required pattern={namePattern} placeholder="STRIPE_KEY" autoComplete="off" />
          <TargetSelect />
        </div>
        <Field label="Value" name="value" type="password" required autoComplete="off" />
      </CreationForm>
    </Section>
  );
}

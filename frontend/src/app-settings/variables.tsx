import { deleteVariable, listVariables, putVariable } from "../api/app-environment.ts";
import { keys } from "../api/queries.ts";
import { CreationForm } from "../settings/creation-form.tsx";
import { Section } from "../settings/section.tsx";
import { Field } from "../ui/field.tsx";
import { EnvironmentList } from "./environment-list.tsx";
import { RemovableRow } from "./removable-row.tsx";
import { namePattern } from "./secrets.tsx";
import { targetLabels, targetOf } from "./target.ts";
import { TargetSelect } from "./target-select.tsx";

const note =
  "Plain-text values that the app's server reads from its environment. Visitors only see a value if the app shows it.";

const inputOf = (data: FormData) => ({
  name: String(data.get("name")).trim(),
  value: String(data.get("value")),
  target: targetOf(data.get("target")),
});

/** Lists, sets and deletes the variables of an app. */
export function Variables({ projectId }: { projectId: string }) {
  const listKey = keys.variables(projectId);
  return (
    <Section title="Variables" note={note}>
      <EnvironmentList label="Variables" none="No variables." listKey={listKey} list={() => listVariables(projectId)}>
        {({ name, value, target }) => (
          <RemovableRow
            key={`${name} ${target}`}
            name={name}
            consequence="The app will no longer see a value for it."
            remove={() => deleteVariable(projectId, name, target)}
            listKey={listKey}
          >
            <p className="stamp wrap-anywhere">{name}</p>
            <p className="mt-0.5 text-sm wrap-anywhere whitespace-pre-wrap">{value}</p>
            <p className="mt-1 text-xs text-soft">{targetLabels[target]}</p>
          </RemovableRow>
        )}
      </EnvironmentList>
      <CreationForm
        action="Set variable"
        inputOf={inputOf}
        create={({ name, ...input }: ReturnType<typeof inputOf>) => putVariable(projectId, name, input)}
        onCreated={() => {}}
        listKey={listKey}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" name="name" required pattern={namePattern} placeholder="SHOP_NAME" autoComplete="off" />
          <TargetSelect />
        </div>
        <Field label="Value" name="value" autoComplete="off" />
      </CreationForm>
    </Section>
  );
}

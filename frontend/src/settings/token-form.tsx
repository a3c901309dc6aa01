import { useState } from "react";
import type { Scope } from "../../../worker/contract/index.ts";
import { createToken } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Checks } from "../ui/checks.tsx";
import { Field } from "../ui/field.tsx";
import { CreationForm } from "./creation-form.tsx";

// A record, so that a scope added to the contract is a type error until it has a label.
const scopeWords: Record<Scope, string> = {
  "projects:read": "Read projects and files",
  "projects:write": "Change projects and files",
  "runs:read": "Read prompts and their events",
  "runs:write": "Send and stop prompts",
  "webhooks:read": "Read webhooks",
  "webhooks:write": "Change webhooks",
  "usage:read": "Read usage",
};
const initial: ReadonlySet<string> = new Set<Scope>(["projects:read", "projects:write", "runs:read", "runs:write"]);
const isScope = (value: unknown): value is Scope => typeof value === "string" && value in scopeWords;

const options = Object.entries(scopeWords).map(([scope, words]) => ({
  value: scope,
  checked: initial.has(scope),
  children: (
    <>
      {words} <code className="stamp text-faint">{scope}</code>
    </>
  ),
}));

function inputOf(data: FormData) {
  const days = Number(data.get("days"));
  return {
    name: String(data.get("name")).trim(),
    scopes: data.getAll("scopes").filter(isScope),
    ...(days > 0 ? { expiresInDays: days } : {}),
  };
}

export function TokenForm({ onSecret }: { onSecret: (secret: string) => void }) {
  const [error, setError] = useState<string>();
  const check = (data: FormData) => {
    const fault = data.has("scopes") ? undefined : "Select at least one permission.";
    setError(fault);
    return fault === undefined;
  };
  return (
    <CreationForm
      action="Create token"
      check={check}
      inputOf={inputOf}
      create={createToken}
      onCreated={(created) => onSecret(created.token)}
      listKey={keys.tokens}
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
        <Field label="Token name" name="name" required maxLength={100} placeholder="Deploy script" />
        <Field label="Expires after (days)" name="days" type="number" min={1} max={3650} placeholder="never" />
      </div>
      <Checks legend="Permissions" name="scopes" options={options} error={error} className="sm:grid-cols-2" />
    </CreationForm>
  );
}

import { useState } from "react";
import type { OutboundEventType } from "../../../worker/contract/index.ts";
import { createWebhook } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Checks } from "../ui/checks.tsx";
import { Field } from "../ui/field.tsx";
import { CreationForm } from "./creation-form.tsx";

const eventTypes: Record<OutboundEventType, true> = {
  "project.created": true,
  "project.updated": true,
  "project.deleted": true,
  "revision.created": true,
  "run.completed": true,
  "input.requested": true,
  "run.failed": true,
  "run.cancelled": true,
  "preview.published": true,
  "preview.staged": true,
  "grant.created": true,
  "grant.deleted": true,
  "secret.updated": true,
  "secret.deleted": true,
  "member.added": true,
  "member.updated": true,
  "publication.copied": true,
  "member.removed": true,
  "budget.threshold": true,
  "alert.fired": true,
  "alert.resolved": true,
};
const isEventType = (value: unknown): value is OutboundEventType => typeof value === "string" && value in eventTypes;

const options = Object.keys(eventTypes).map((type) => ({
  value: type,
  checked: type.startsWith("run."),
  children: <span className="stamp">{type}</span>,
}));

function inputOf(data: FormData) {
  const description = String(data.get("description")).trim();
  return {
    url: String(data.get("url")).trim(),
    events: data.getAll("events").filter(isEventType),
    ...(description === "" ? {} : { description }),
  };
}

export function WebhookForm({ onSecret }: { onSecret: (secret: string) => void }) {
  const [error, setError] = useState<string>();
  const check = (data: FormData) => {
    const fault = data.has("events") ? undefined : "Select at least one event.";
    setError(fault);
    return fault === undefined;
  };
  return (
    <CreationForm
      action="Create webhook"
      check={check}
      inputOf={inputOf}
      create={createWebhook}
      onCreated={(created) => onSecret(created.secret)}
      listKey={keys.webhooks}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="URL" name="url" type="url" required placeholder="https://example.com/hooks" />
        <Field label="Description" name="description" maxLength={500} placeholder="optional" />
      </div>
      <Checks legend="Events" name="events" options={options} error={error} className="sm:grid-cols-3" />
    </CreationForm>
  );
}

import type { OutboundEventType } from "../../../worker/contract/index.ts";
import { createWebhook } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { CreationForm } from "./creation-form.tsx";

const eventTypes: Record<OutboundEventType, true> = {
  "project.created": true,
  "project.updated": true,
  "project.deleted": true,
  "revision.created": true,
  "run.completed": true,
  "run.failed": true,
  "run.cancelled": true,
  "preview.published": true,
  "budget.threshold": true,
};
const isEventType = (value: unknown): value is OutboundEventType => typeof value === "string" && value in eventTypes;

function Events() {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Events</legend>
      <div className="grid gap-1.5 sm:grid-cols-3">
        {Object.keys(eventTypes).map((type) => (
          <label key={type} className="stamp flex items-center gap-2">
            <input
              type="checkbox"
              name="events"
              value={type}
              defaultChecked={type.startsWith("run.")}
              className="accent-ember"
            />
            {type}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function inputOf(data: FormData) {
  const description = String(data.get("description")).trim();
  return {
    url: String(data.get("url")).trim(),
    events: data.getAll("events").filter(isEventType),
    ...(description === "" ? {} : { description }),
  };
}

export function WebhookForm({ onSecret }: { onSecret: (secret: string) => void }) {
  return (
    <CreationForm
      action="Create webhook"
      inputOf={inputOf}
      create={createWebhook}
      onCreated={(created) => onSecret(created.secret)}
      listKey={keys.webhooks}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Address" name="url" type="url" required placeholder="https://example.com/hooks" />
        <Field label="Description" name="description" maxLength={500} placeholder="optional" />
      </div>
      <Events />
    </CreationForm>
  );
}

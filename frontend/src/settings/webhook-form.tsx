import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useRef } from "react";
import type { OutboundEventType } from "../../../worker/contract/index.ts";
import { createWebhook } from "../api/account.ts";
import { wordsOf } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";

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

export function WebhookForm({ onSecret }: { onSecret: (secret: string) => void }) {
  const form = useRef<HTMLFormElement>(null);
  const create = useMutation({
    meta: { shown: true },
    mutationFn: createWebhook,
    onSuccess: (created) => {
      form.current?.reset();
      onSecret(created.secret);
      return queryClient.invalidateQueries({ queryKey: keys.webhooks });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const description = String(data.get("description")).trim();
    create.mutate({
      url: String(data.get("url")).trim(),
      events: data.getAll("events").filter(isEventType),
      ...(description === "" ? {} : { description }),
    });
  };
  return (
    <form ref={form} onSubmit={submit} className="card grid gap-4 p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Address" name="url" type="url" required placeholder="https://example.com/hooks" />
        <Field label="Description" name="description" maxLength={500} placeholder="optional" />
      </div>
      <Events />
      {create.isError && (
        <p role="alert" className="text-sm text-bad">
          {wordsOf(create.error)}
        </p>
      )}
      <div>
        <Button tone="primary" type="submit" busy={create.isPending}>
          Create webhook
        </Button>
      </div>
    </form>
  );
}

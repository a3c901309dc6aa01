import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { TriggerKind } from "../../../worker/contract/index.ts";
import { listAgents } from "../api/agents.ts";
import { keys } from "../api/queries.ts";
import { createTrigger } from "../api/triggers.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { CreationForm } from "./creation-form.tsx";

const kinds: Record<TriggerKind, string> = { github: "GitHub", standard: "Standard Webhooks (also Svix)" };
const isKind = (value: unknown): value is TriggerKind => typeof value === "string" && value in kinds;

/** Splits event types at commas and spaces. */
const eventsIn = (text: string): string[] => text.split(/[\s,]+/).filter((one) => one !== "");

function inputOf(data: FormData) {
  const kind = data.get("kind");
  const agent = String(data.get("agent"));
  const events = eventsIn(String(data.get("events")));
  return {
    kind: isKind(kind) ? kind : "standard",
    prompt: String(data.get("prompt")),
    ...(agent === "" ? {} : { agent }),
    ...(events.length === 0 ? {} : { events }),
  } as const;
}

export function TriggerForm({ projectId, onSecret }: { projectId: string; onSecret: (secret: string) => void }) {
  const agents = useQuery({ queryKey: keys.agents(projectId), queryFn: () => listAgents(projectId) }).data?.data ?? [];
  const promptId = useId();
  return (
    <CreationForm
      action="Create trigger"
      inputOf={inputOf}
      create={(input: ReturnType<typeof inputOf>) => createTrigger(projectId, { ...input })}
      onCreated={(created) => onSecret(created.secret)}
      listKey={keys.triggers(projectId)}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label="Sender" name="kind">
          {Object.entries(kinds).map(([kind, title]) => (
            <option key={kind} value={kind}>
              {title}
            </option>
          ))}
        </Select>
        <Select label="Agent" name="agent">
          <option value="">Auto</option>
          {agents.map((agent) => (
            <option key={agent.name} value={agent.name}>
              {agent.title}
            </option>
          ))}
        </Select>
      </div>
      <div>
        <label htmlFor={promptId} className="mb-1 block text-sm font-medium">
          Prompt
        </label>
        <textarea
          id={promptId}
          name="prompt"
          required
          rows={4}
          maxLength={16_000}
          className="input resize-y"
          placeholder="Fix this issue: {{issue.title}}. Description: {{issue.body}}"
          aria-describedby={`${promptId}-note`}
        />
        <p id={`${promptId}-note`} className="mt-1 text-xs text-faint">
          {"{{issue.title}}"} inserts that field of the delivery, in quotes; {"{{event}}"} inserts its type.
        </p>
      </div>
      <Field
        label="Events"
        name="events"
        placeholder="issues.opened, push"
        hint="Separate with commas. Leave empty for all events."
      />
    </CreationForm>
  );
}

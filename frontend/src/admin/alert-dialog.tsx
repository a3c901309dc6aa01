import { useMutation } from "@tanstack/react-query";
import { type ComponentProps, useId, useState } from "react";
import type { Alert, AlertInput } from "../../../worker/contract/index.ts";
import { putAlert } from "../api/admin.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { aggregations, metrics } from "./metric-labels.ts";

const severities: Record<AlertInput["severity"], string> = { page: "Page somebody", ticket: "Ticket" };

type SelectProps = ComponentProps<"select"> & { label: string; options: Record<string, string> };

function Select({ label, options, ...rest }: SelectProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select id={id} className="input" {...rest}>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Returns the key of a record that a form field contains; the first key for any other text. */
function chosen<Name extends string>(options: Record<Name, unknown>, text: unknown): Name {
  const names = Object.keys(options) as Name[];
  const name = names.find((one) => one === text) ?? names[0];
  if (name === undefined) throw new Error("there is nothing to choose from");
  return name;
}

const metricOptions = Object.fromEntries(Object.entries(metrics).map(([name, { label }]) => [name, label]));

function inputOf(data: FormData): { name: string; rule: AlertInput } {
  const number = (name: string) => Number(data.get(name));
  return {
    name: String(data.get("name")).trim(),
    rule: {
      metric: chosen(metrics, data.get("metric")),
      aggregation: chosen(aggregations, data.get("aggregation")),
      windowSeconds: number("windowSeconds"),
      threshold: number("threshold"),
      forSeconds: number("forSeconds"),
      cooldownSeconds: number("cooldownSeconds"),
      severity: chosen(severities, data.get("severity")),
      minSamples: number("minSamples"),
    },
  };
}

/** Creates an alert rule, or edits the given rule. */
export function AlertDialog({ alert, onClose }: { alert: Alert | null; onClose: () => void }) {
  const [metric, setMetric] = useState(alert?.metric ?? "error_rate");
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (data: FormData) => {
      const { name, rule } = inputOf(data);
      return putAlert(alert?.name ?? name, rule);
    },
    onSuccess: () => {
      onClose();
      return queryClient.invalidateQueries({ queryKey: keys.admin("alerts") });
    },
  });
  const seconds = { type: "number", min: 0, max: 86_400, required: true } as const;
  return (
    <Dialog title={alert === null ? "New alert" : `Change ${alert.name}`} onClose={onClose}>
      <form
        className="grid grid-cols-2 gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(new FormData(event.currentTarget));
        }}
      >
        {alert === null && (
          <Field
            className="col-span-2"
            label="Name"
            name="name"
            required
            pattern="[a-z][a-z0-9_]{0,63}"
            hint="Small letters, digits and underscores."
          />
        )}
        <Select
          label="Metric"
          name="metric"
          options={metricOptions}
          value={metric}
          onChange={({ target }) => setMetric(chosen(metrics, target.value))}
        />
        <Select label="Aggregation" name="aggregation" options={aggregations} defaultValue={alert?.aggregation} />
        <Field
          label="Greater than"
          hint={metrics[metric].hint}
          name="threshold"
          type="number"
          step="any"
          required
          defaultValue={alert?.threshold}
        />
        <Field
          label="Window (s)"
          name="windowSeconds"
          {...seconds}
          min={1}
          defaultValue={alert?.windowSeconds ?? 300}
        />
        <Field label="Must hold for (s)" name="forSeconds" {...seconds} defaultValue={alert?.forSeconds ?? 0} />
        <Field label="Cooldown (s)" name="cooldownSeconds" {...seconds} defaultValue={alert?.cooldownSeconds ?? 900} />
        <Select label="Severity" name="severity" options={severities} defaultValue={alert?.severity} />
        <Field
          label="At least samples"
          name="minSamples"
          type="number"
          min={0}
          required
          defaultValue={alert?.minSamples ?? 0}
        />
        <Refusal error={save.error} className="col-span-2" />
        <div className="col-span-2 mt-3 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" busy={save.isPending}>
            Save alert
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

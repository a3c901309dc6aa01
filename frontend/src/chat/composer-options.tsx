import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import type { AgentSummary, ModelChoice, ModelTier, RunMode } from "../../../worker/contract/index.ts";
import { listModels } from "../api/agents.ts";
import { keys } from "../api/queries.ts";
import type { Choices } from "./choices.ts";

const modes: { mode: RunMode; title: string; hint: string }[] = [
  { mode: "build", title: "Build", hint: "Write and change files" },
  { mode: "plan", title: "Plan", hint: "Plan the work without changing files" },
  { mode: "ask", title: "Ask", hint: "Ask questions about the project" },
];

function ModeSelect({ mode, onChange }: { mode: RunMode; onChange: (mode: RunMode) => void }) {
  return (
    <>
      <legend className="sr-only">Mode</legend>
      {modes.map((one) => (
        <label
          key={one.mode}
          title={one.hint}
          className="cursor-pointer rounded px-2 py-0.5 text-xs text-soft has-checked:bg-raised has-checked:text-ink has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-ember"
        >
          <input
            type="radio"
            name="mode"
            className="sr-only"
            checked={mode === one.mode}
            onChange={() => onChange(one.mode)}
          />
          {one.title}
        </label>
      ))}
    </>
  );
}

type QuietSelectProps = {
  label: string;
  title: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
};

/** A select without the browser's own arrow and frame, which differ between engines and ignore the dark theme. */
function QuietSelect({ label, title, value, onChange, children }: QuietSelectProps) {
  return (
    <span className="relative flex min-w-0 items-center text-soft hover:text-ink">
      <select
        aria-label={label}
        title={title}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-w-14 max-w-36 cursor-pointer appearance-none field-sizing-content truncate rounded-md border border-transparent bg-transparent py-0.5 pr-6 pl-2 text-xs hover:border-line-strong hover:bg-sunken"
      >
        {children}
      </select>
      <ChevronDown size={12} aria-hidden className="pointer-events-none absolute right-1.5" />
    </span>
  );
}

const tierTitles: Record<ModelTier, string> = { fast: "Fast", balanced: "Balanced", deep: "Deep" };
const isTier = (value: string): value is ModelTier => Object.hasOwn(tierTitles, value);

const priceOf = ({ price }: ModelChoice): string => {
  if (price === null) return "price not known";
  return price.input + price.output === 0 ? "free" : `$${price.input} in and $${price.output} out per million tokens`;
};

type ModelSelectProps = { model: ModelTier | null; onModel: (model: ModelTier | null) => void };

/** Selects the model of a prompt, if the server has several. */
function ModelSelect({ model, onModel }: ModelSelectProps) {
  const { data } = useQuery({ queryKey: keys.models, queryFn: listModels, staleTime: Number.POSITIVE_INFINITY });
  const choices = data?.data ?? [];
  if (new Set(choices.map((one) => one.model)).size < 2) return null;
  const chosen = choices.find(({ tier }) => tier === model);
  return (
    <QuietSelect
      label="Model"
      title={chosen === undefined ? "Each agent has its own model." : `${chosen.model}: ${priceOf(chosen)}`}
      value={model ?? ""}
      onChange={(value) => onModel(isTier(value) ? value : null)}
    >
      <option value="" className="bg-raised text-ink">
        Agent's model
      </option>
      {choices.map((one) => (
        <option key={one.tier} value={one.tier} className="bg-raised text-ink">
          {tierTitles[one.tier]}: {one.model} ({priceOf(one)})
        </option>
      ))}
    </QuietSelect>
  );
}

type ComposerOptionsProps = {
  agents: readonly AgentSummary[];
  choices: Choices;
  onChoose: (choices: Choices) => void;
};

/** Selects the mode, the agent and the model of a prompt. */
export function ComposerOptions({ agents, choices, onChoose }: ComposerOptionsProps) {
  return (
    <>
      <fieldset className="flex rounded-md bg-sunken p-0.5">
        <ModeSelect mode={choices.mode} onChange={(mode) => onChoose({ ...choices, mode })} />
      </fieldset>
      <QuietSelect
        label="Agent"
        title="Choose an agent. Auto picks one for you."
        value={choices.agent}
        onChange={(agent) => onChoose({ ...choices, agent })}
      >
        <option value="" className="bg-raised text-ink">
          Auto
        </option>
        {agents.map((one) => (
          <option key={one.name} value={one.name} title={one.description} className="bg-raised text-ink">
            {one.title}
          </option>
        ))}
      </QuietSelect>
      <ModelSelect model={choices.model} onModel={(model) => onChoose({ ...choices, model })} />
    </>
  );
}

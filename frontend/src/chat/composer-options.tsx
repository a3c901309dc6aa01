import { ChevronDown } from "lucide-react";
import type { AgentSummary, RunMode } from "../../../worker/contract/index.ts";

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

type AgentSelectProps = { agents: readonly AgentSummary[]; agent: string; onAgent: (name: string) => void };

/** A select without the browser's arrow and frame, which differ between engines and have no dark theme. */
function AgentSelect({ agents, agent, onAgent }: AgentSelectProps) {
  return (
    <span className="relative flex min-w-0 items-center text-soft hover:text-ink">
      <select
        aria-label="Agent"
        title="Choose who works on it. Auto picks for you."
        value={agent}
        onChange={(event) => onAgent(event.target.value)}
        className="min-w-0 max-w-36 cursor-pointer appearance-none truncate rounded-md border border-transparent bg-transparent py-0.5 pr-6 pl-2 text-xs hover:border-line-strong hover:bg-sunken"
      >
        <option value="" className="bg-raised text-ink">
          Auto
        </option>
        {agents.map((one) => (
          <option key={one.name} value={one.name} title={one.description} className="bg-raised text-ink">
            {one.title}
          </option>
        ))}
      </select>
      <ChevronDown size={12} aria-hidden className="pointer-events-none absolute right-1.5" />
    </span>
  );
}

type ComposerOptionsProps = {
  agents: readonly AgentSummary[];
  mode: RunMode;
  agent: string;
  onMode: (mode: RunMode) => void;
  onAgent: (name: string) => void;
};

/** The mode and the agent of a prompt. */
export function ComposerOptions({ agents, mode, agent, onMode, onAgent }: ComposerOptionsProps) {
  return (
    <>
      <fieldset className="flex rounded-md bg-sunken p-0.5">
        <ModeSelect mode={mode} onChange={onMode} />
      </fieldset>
      <AgentSelect agents={agents} agent={agent} onAgent={onAgent} />
    </>
  );
}

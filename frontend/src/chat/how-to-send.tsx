import type { AgentSummary, RunMode } from "../../../worker/contract/index.ts";

const modes: { mode: RunMode; title: string; hint: string }[] = [
  { mode: "build", title: "Build", hint: "Writes and changes files" },
  { mode: "plan", title: "Plan", hint: "Says what it would do, changes nothing" },
  { mode: "ask", title: "Ask", hint: "Answers questions about the project" },
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

type HowToSendProps = {
  agents: readonly AgentSummary[];
  mode: RunMode;
  agent: string;
  onMode: (mode: RunMode) => void;
  onAgent: (name: string) => void;
};

/** What a prompt may do, and who takes it. */
export function HowToSend({ agents, mode, agent, onMode, onAgent }: HowToSendProps) {
  return (
    <>
      <fieldset className="flex rounded-md bg-sunken p-0.5">
        <ModeSelect mode={mode} onChange={onMode} />
      </fieldset>
      <select
        aria-label="Agent"
        title="The router chooses an agent unless you name one"
        value={agent}
        onChange={(event) => onAgent(event.target.value)}
        className="min-w-0 max-w-36 rounded-md bg-transparent py-0.5 text-xs text-soft hover:text-ink"
      >
        <option value="">Auto agent</option>
        {agents.map((one) => (
          <option key={one.name} value={one.name} title={one.description}>
            {one.title}
          </option>
        ))}
      </select>
    </>
  );
}

import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import type { AgentSummary, RunMode } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { readDraft, saveDraft } from "./draft.ts";

export type Sent = { prompt: string; mode: RunMode; agent: string | undefined };

type ComposerProps = {
  projectId: string;
  agents: readonly AgentSummary[];
  busy: boolean;
  sending: boolean;
  stopping: boolean;
  onStop: (() => void) | null;
  onSend: (sent: Sent) => Promise<unknown>;
};

const modes: { mode: RunMode; title: string; hint: string }[] = [
  { mode: "build", title: "Build", hint: "Writes and changes files" },
  { mode: "plan", title: "Plan", hint: "Says what it would do, changes nothing" },
  { mode: "ask", title: "Ask", hint: "Answers questions about the project" },
];

function ModeSelect({ mode, onChange }: { mode: RunMode; onChange: (mode: RunMode) => void }) {
  return (
    <fieldset className="flex rounded-md bg-sunken p-0.5">
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
    </fieldset>
  );
}

type AgentSelectProps = { agents: readonly AgentSummary[]; value: string; onChange: (name: string) => void };

function AgentSelect({ agents, value, onChange }: AgentSelectProps) {
  return (
    <select
      aria-label="Agent"
      title="The router chooses an agent unless you name one"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-w-0 max-w-36 rounded-md bg-transparent py-0.5 text-xs text-soft hover:text-ink"
    >
      <option value="">Auto agent</option>
      {agents.map((agent) => (
        <option key={agent.name} value={agent.name} title={agent.description}>
          {agent.title}
        </option>
      ))}
    </select>
  );
}

/** Enter sends; Shift and Enter, and Enter that ends an input method's composition, do not. */
const sends = (event: KeyboardEvent) => event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;

function useDraft(projectId: string) {
  const [prompt, setPrompt] = useState(() => readDraft(projectId));
  useEffect(() => saveDraft(projectId, prompt), [projectId, prompt]);
  return [prompt, setPrompt] as const;
}

export function Composer({ projectId, agents, busy, sending, stopping, onStop, onSend }: ComposerProps) {
  const [prompt, setPrompt] = useDraft(projectId);
  const [mode, setMode] = useState<RunMode>("build");
  const [agent, setAgent] = useState("");
  const send = () => {
    if (prompt.trim() === "") return;
    // What was typed comes back if it is refused.
    void onSend({ prompt: prompt.trim(), mode, agent: agent === "" ? undefined : agent }).catch(() =>
      setPrompt(prompt),
    );
    setPrompt("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="m-3 mt-1 rounded-lg border border-line-strong bg-raised p-1.5 transition-colors focus-within:border-ember"
    >
      <textarea
        aria-label="Describe what to build"
        placeholder={busy ? "Say what comes next; it is queued…" : "Describe what to build or change…"}
        className="block max-h-48 min-h-13 w-full resize-none bg-transparent px-2 py-1 outline-none field-sizing-content"
        maxLength={32_000}
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
        onKeyDown={(event) => {
          if (!sends(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="flex items-center gap-2">
        <ModeSelect mode={mode} onChange={setMode} />
        <AgentSelect agents={agents} value={agent} onChange={setAgent} />
        <span className="flex-1" />
        {onStop !== null && (
          <Button small tone="danger" disabled={stopping} onClick={onStop}>
            <Square size={11} fill="currentColor" /> Stop
          </Button>
        )}
        <Button small tone="primary" type="submit" aria-label="Send" busy={sending} disabled={prompt.trim() === ""}>
          {!sending && <ArrowUp size={14} />}
        </Button>
      </div>
    </form>
  );
}

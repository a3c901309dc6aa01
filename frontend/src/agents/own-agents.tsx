import { useMutation, useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { AgentSummary } from "../../../worker/contract/index.ts";
import { deleteAgent, getAgent } from "../api/agents.ts";
import { keys, queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { fileOf } from "./agent-file.ts";
import { AgentForm } from "./agent-form.tsx";

type RowProps = { projectId: string; agent: AgentSummary };

function Editing({ projectId, agent, onDone }: RowProps & { onDone: () => void }) {
  const query = useQuery({
    queryKey: [...keys.agents(projectId), agent.name],
    queryFn: () => getAgent(projectId, agent.name),
    // The editor starts from this text, so it must be current.
    gcTime: 0,
  });
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <AgentForm projectId={projectId} name={agent.name} initial={fileOf(query.data)} onDone={onDone} />;
}

function DeleteDialog({ projectId, agent, onClose }: RowProps & { onClose: () => void }) {
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: () => deleteAgent(projectId, agent.name),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.agents(projectId) });
      onClose();
    },
  });
  return (
    <Confirm
      title={`Delete “${agent.title}”?`}
      text="New prompts in this project won't use it. Prompts that are already running keep it."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

function AgentRow({ projectId, agent, isFixed }: RowProps & { isFixed: boolean }) {
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const close = () => setOpen(null);
  if (open === "edit") {
    return (
      <li className="p-3">
        <Editing projectId={projectId} agent={agent} onDone={close} />
      </li>
    );
  }
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium wrap-anywhere">
          {agent.title} <span className="stamp font-normal text-faint">@{agent.name}</span>
        </p>
        <p className="mt-0.5 text-sm text-soft wrap-anywhere">{agent.description}</p>
        <p className="stamp mt-1 text-faint wrap-anywhere">
          {agent.model} · {agent.tools.join(", ") || "no tools"}
        </p>
      </div>
      {!isFixed && (
        <>
          <IconButton label={`Edit ${agent.title}`} onClick={() => setOpen("edit")}>
            <Pencil size={14} />
          </IconButton>
          <IconButton label={`Delete ${agent.title}`} onClick={() => setOpen("delete")}>
            <Trash2 size={14} />
          </IconButton>
        </>
      )}
      {open === "delete" && <DeleteDialog projectId={projectId} agent={agent} onClose={close} />}
    </li>
  );
}

/** Lists the built-in agents while the project has no custom agent. */
function BuiltInAgents({ agents }: { agents: readonly AgentSummary[] }) {
  return (
    <details className="text-sm text-soft">
      <summary className="cursor-pointer">No custom agents. {agents.length} built-in agents are available.</summary>
      <p className="mt-2">{agents.map(({ title }) => title).join(", ")}</p>
    </details>
  );
}

type OwnAgentsProps = {
  projectId: string;
  agents: readonly AgentSummary[];
  /** Whether the agents are read-only for this person. */
  isFixed: boolean;
};

/** The custom agents of a project. */
export function OwnAgents({ projectId, agents, isFixed }: OwnAgentsProps) {
  const own = agents.filter((agent) => agent.projectId !== undefined);
  if (own.length === 0) return <BuiltInAgents agents={agents} />;
  return (
    <ul aria-label="Custom agents" className="card divide-y divide-line">
      {own.map((agent) => (
        <AgentRow key={agent.name} projectId={projectId} agent={agent} isFixed={isFixed} />
      ))}
    </ul>
  );
}

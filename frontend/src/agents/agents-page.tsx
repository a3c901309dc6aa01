import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { listAgents } from "../api/agents.ts";
import { keys } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { viewerReason } from "../sharing/role-names.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useProject } from "../workspace/use-workspace-state.ts";
import { sample } from "./agent-file.ts";
import { AgentForm } from "./agent-form.tsx";
import { OwnAgents } from "./own-agents.tsx";
import { Rules } from "./rules.tsx";

const note = "Add custom agents as Markdown files. An agent with a built-in's name replaces it in this project.";

const rulesNote =
  "Every agent follows AGENTS.md in the project's root folder. Use it to say how to write code, which libraries to use and which files not to touch.";

/** Lists, adds, edits and deletes a project's custom agents, and links to its rules. */
export default function AgentsPage({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  const query = useQuery({ queryKey: keys.agents(projectId), queryFn: () => listAgents(projectId) });
  const [adding, setAdding] = useState(false);
  const isViewer = project.data?.role === "viewer";
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title={`Agents · ${project.data?.name ?? "Project"}`}>Agents</PageHeading>
      </Header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6">
        <Link
          href={`/projects/${projectId}`}
          className="mb-6 inline-flex max-w-full items-center gap-1.5 text-sm text-soft underline-offset-3 hover:underline"
        >
          <ArrowLeft size={14} className="shrink-0" />
          <span className="truncate">Back to {project.data?.name ?? "the project"}</span>
        </Link>
        <Section title="Custom agents" note={isViewer ? viewerReason : note}>
          {query.isPending && <Skeleton />}
          {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.data !== undefined && (
            <>
              <OwnAgents projectId={projectId} agents={query.data.data} isFixed={isViewer} />
              {!isViewer && (
                <div className="mt-4">
                  {adding ? (
                    <AgentForm projectId={projectId} name={null} initial={sample} onDone={() => setAdding(false)} />
                  ) : (
                    <Button onClick={() => setAdding(true)}>
                      <Plus size={15} /> New agent
                    </Button>
                  )}
                </div>
              )}
            </>
          )}
        </Section>
        <Section title="Rules" note={rulesNote}>
          <Rules projectId={projectId} isFixed={isViewer} />
        </Section>
      </main>
    </div>
  );
}

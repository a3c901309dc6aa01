import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Project } from "../../../worker/contract/index.ts";
import { pages } from "../api/client.ts";
import { listProjects } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { listTriggers } from "../api/triggers.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { Section } from "./section.tsx";
import { TriggerForm } from "./trigger-form.tsx";
import { TriggerRow } from "./trigger-row.tsx";

type ListProps = { projectId: string; onSecret: (secret: string) => void };

function TriggerList({ projectId, onSecret }: ListProps) {
  const query = useInfiniteQuery({
    queryKey: keys.triggers(projectId),
    queryFn: ({ pageParam }) => listTriggers(projectId, pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const triggers = query.data.pages.flatMap((page) => page.data);
  if (triggers.length === 0) return <p className="text-sm text-soft">No triggers in this project yet.</p>;
  return (
    <ul aria-label="Triggers" className="card divide-y divide-line">
      {triggers.map((trigger) => (
        <TriggerRow key={trigger.id} trigger={trigger} onSecret={onSecret} />
      ))}
    </ul>
  );
}

type PickerProps = { projects: Project[]; projectId: string; onChoose: (id: string) => void };

function ProjectPicker({ projects, projectId, onChoose }: PickerProps) {
  const id = useId();
  return (
    <div className="mb-8 max-w-sm">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        Project
      </label>
      <select id={id} className="input" value={projectId} onChange={(event) => onChoose(event.target.value)}>
        {projects.map((project) => (
          <option key={project.id} value={project.id}>
            {project.name}
          </option>
        ))}
      </select>
    </div>
  );
}

export function TriggersTab() {
  const [secret, setSecret] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string>();
  const query = useInfiniteQuery({
    queryKey: keys.projects,
    queryFn: ({ pageParam }) => listProjects(pageParam, ""),
    ...pages,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const projects = query.data.pages.flatMap((page) => page.data);
  const projectId = chosen ?? projects[0]?.id;
  if (projectId === undefined) {
    return <p className="text-sm text-soft">A trigger sends a prompt to a project. Create a project first.</p>;
  }
  return (
    <>
      <ProjectPicker projects={projects} projectId={projectId} onChoose={setChosen} />
      {query.hasNextPage && (
        <Button className="-mt-6 mb-8" small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
      <Section title="New trigger" note="Signed webhooks from another system send a prompt to this project.">
        <TriggerForm key={projectId} projectId={projectId} onSecret={setSecret} />
      </Section>
      <Section title="Triggers of this project">
        <TriggerList projectId={projectId} onSecret={setSecret} />
      </Section>
      {secret !== null && (
        <SecretOnce
          title="Trigger secret"
          secret={secret}
          note="Copy it now. You won't be able to see it again. The sender signs its deliveries with it."
          onClose={() => setSecret(null)}
        />
      )}
    </>
  );
}

import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import { OwnersPart } from "../sharing/owners-part.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useProject } from "../workspace/use-workspace-state.ts";
import { Address } from "./address.tsx";
import { Copying } from "./copying.tsx";
import { Domains } from "./domains.tsx";
import { People } from "./people.tsx";
import { ServerLog } from "./server-log.tsx";
import { Staging } from "./staging.tsx";
import { Versions } from "./versions.tsx";
import { Visits } from "./visits.tsx";

/** The publishing page of a project: address, domains, staging, versions, visitors and log. */
export default function PublishingPage({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  const name = project.data?.name ?? "Project";
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title={`Publishing · ${name}`}>Publishing</PageHeading>
      </Header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6">
        <Link
          href={`/projects/${projectId}`}
          className="mb-6 inline-flex max-w-full items-center gap-1.5 text-sm text-soft underline-offset-3 hover:underline"
        >
          <ArrowLeft size={14} className="shrink-0" />
          <span className="truncate">Back to {name}</span>
        </Link>
        {project.isPending && <Skeleton />}
        {project.isError && <Failure error={project.error} retry={() => void project.refetch()} />}
        {project.isSuccess && (
          <OwnersPart role={project.data.role}>
            <Address projectId={projectId} published={project.data.published} />
            <Copying projectId={projectId} published={project.data.published} />
            <Domains projectId={projectId} />
            <Staging projectId={projectId} head={project.data.head} />
            <Versions projectId={projectId} />
            <People projectId={projectId} />
            <Visits projectId={projectId} />
            <ServerLog projectId={projectId} />
          </OwnersPart>
        )}
      </main>
    </div>
  );
}

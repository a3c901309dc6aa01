import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";
import { OwnersPart } from "../sharing/owners-part.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useProject } from "../workspace/use-workspace-state.ts";
import { Grants } from "./grants.tsx";
import { Schedules } from "./schedules.tsx";
import { Secrets } from "./secrets.tsx";
import { SignIn } from "./sign-in.tsx";
import { Variables } from "./variables.tsx";

/** The settings of a project's app: variables, secrets, allowed hosts, sign-in and schedules. */
export default function AppSettingsPage({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title={`App settings · ${project.data?.name ?? "Project"}`}>App settings</PageHeading>
      </Header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6">
        <Link
          href={`/projects/${projectId}`}
          className="mb-6 inline-flex max-w-full items-center gap-1.5 text-sm text-soft underline-offset-3 hover:underline"
        >
          <ArrowLeft size={14} className="shrink-0" />
          <span className="truncate">Back to {project.data?.name ?? "the project"}</span>
        </Link>
        <OwnersPart role={project.data?.role}>
          <Variables projectId={projectId} />
          <Secrets projectId={projectId} />
          <Grants projectId={projectId} />
          <SignIn projectId={projectId} />
          <Schedules projectId={projectId} />
        </OwnersPart>
      </main>
    </div>
  );
}

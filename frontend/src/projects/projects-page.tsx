import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { projectsQuery } from "../api/projects.ts";
import { useSession } from "../sign-in/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { DropZone } from "./drop-zone.tsx";
import { ImportButtons } from "./import-button.tsx";
import { ImportDialog } from "./lazy-dialogs.tsx";
import { contentClass, question, questionClass } from "./opening.tsx";
import { ProjectCard } from "./project-card.tsx";
import { PromptBox } from "./prompt-box.tsx";
import { useImport } from "./use-import.ts";

/** The search field appears above this number of projects. */
const searchFrom = 12;
const typingPauseMs = 250;

function useProjectSearch() {
  const [typed, setTyped] = useState("");
  const q = useDebounced(typed.trim(), typingPauseMs);
  const query = useInfiniteQuery({ ...projectsQuery(q), placeholderData: keepPreviousData });
  return { typed, setTyped, q, query };
}

function ProjectList() {
  const { typed, setTyped, q, query } = useProjectSearch();
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const projects = query.data.pages.flatMap((page) => page.data);
  if (projects.length === 0 && typed === "" && q === "") {
    return (
      <p className="rounded-lg border border-dashed border-line-strong px-6 py-10 text-center text-sm text-soft">
        No projects yet. Describe an app above, start from an example, or drop a folder here to import it.
      </p>
    );
  }
  return (
    <>
      {(typed !== "" || q !== "" || projects.length > searchFrom) && (
        <Field
          label="Search projects"
          type="search"
          maxLength={100}
          className="mb-4 max-w-sm"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <ul aria-label="Projects" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
      <p role="status" className="text-sm text-soft">
        {projects.length === 0 && `No projects match “${q}”.`}
      </p>
      {query.hasNextPage && (
        <div className="mt-5 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}

export function ProjectsPage() {
  const { user } = useSession();
  const { start, busy, result, open, close } = useImport();
  return (
    <div className="flex min-h-full flex-col">
      <Header />
      <DropZone busy={busy} onDrop={start} className={contentClass}>
        <div className="mx-auto max-w-2xl">
          <PageHeading title="Your projects" className={questionClass}>
            {question}
          </PageHeading>
          <PromptBox userId={user?.id ?? ""} />
        </div>
        <section aria-labelledby="projects-title" className="mt-16">
          <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
            <h2 id="projects-title" tabIndex={-1} className="mr-auto outline-none text-sm font-semibold text-soft">
              Your projects
            </h2>
            <Link href="/templates" className="text-xs text-soft underline underline-offset-3 hover:text-ink">
              Templates
            </Link>
            <Link
              href="/templates#from-address"
              className="text-xs text-soft underline underline-offset-3 hover:text-ink"
            >
              From an address
            </Link>
            <ImportButtons busy={busy} onImport={start} />
          </div>
          <ProjectList />
        </section>
      </DropZone>
      {result !== null && (
        <ImportDialog
          title={`Imported “${result.name}”`}
          project={result}
          report={result}
          action="Open project"
          onDone={() => open(result.id)}
          onClose={close}
        />
      )}
    </div>
  );
}

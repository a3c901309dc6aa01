import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pages } from "../api/client.ts";
import { listProjects } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { useSession } from "../sign-in/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { count } from "../ui/format.ts";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { DropZone } from "./drop-zone.tsx";
import { ImportButtons } from "./import-button.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { ProjectCard } from "./project-card.tsx";
import { PromptBox } from "./prompt-box.tsx";
import { useImport } from "./use-import.ts";

/** As many are found at a glance. */
const few = 12;

function ProjectList() {
  const [wanted, setWanted] = useState("");
  const query = useInfiniteQuery({
    queryKey: keys.projects,
    queryFn: ({ pageParam }) => listProjects(pageParam),
    ...pages,
  });
  if (query.isPending) return <Skeleton lines={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const projects = query.data.pages.flatMap((page) => page.data);
  if (projects.length === 0) {
    return (
      <p className="rounded-lg border border-dashed border-line-strong px-6 py-10 text-center text-sm text-soft">
        Nothing here yet. Describe an app above, take one of the examples, or drop a folder here to import it.
      </p>
    );
  }
  const shown = projects.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <>
      {projects.length > few && (
        <Field
          label="Search by name"
          type="search"
          className="mb-4 max-w-sm"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          {...(query.hasNextPage
            ? { hint: `Among the newest ${count(projects.length)}; load more to search them too.` }
            : {})}
        />
      )}
      <ul aria-label="Projects" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {shown.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
      <p role="status" className="text-sm text-soft">
        {shown.length === 0 && `No project here is called “${wanted.trim()}”.`}
      </p>
      {query.hasNextPage && (
        <div className="mt-5 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            More projects
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
      <DropZone
        busy={busy}
        onDrop={start}
        className="mx-auto w-full max-w-5xl flex-1 px-4 pt-12 pb-20 sm:px-6 sm:pt-16"
      >
        <div className="mx-auto max-w-2xl">
          <PageHeading
            title="Your projects"
            className="mb-6 text-center font-display text-3xl text-balance wrap-anywhere sm:text-4xl"
          >
            {`What shall we forge${user?.name ? `, ${user.name.split(" ")[0]}` : ""}?`}
          </PageHeading>
          <PromptBox userId={user?.id ?? ""} />
        </div>
        <section aria-labelledby="projects-title" className="mt-16">
          <div className="mb-4 flex items-center justify-between">
            <h2 id="projects-title" tabIndex={-1} className="outline-none text-sm font-semibold text-soft">
              Your projects
            </h2>
            <ImportButtons busy={busy} onImport={start} />
          </div>
          <ProjectList />
        </section>
      </DropZone>
      {result !== null && (
        <ImportDialog
          title={`“${result.name}” was imported`}
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

import { useInfiniteQuery } from "@tanstack/react-query";
import { pages } from "../api/client.ts";
import { listProjects } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { useSession } from "../sign-in/use-session.ts";
import { Button } from "../ui/button.tsx";
import { Header } from "../ui/header.tsx";
import { Failure, Skeleton } from "../ui/states.tsx";
import { ImportButton } from "./import-button.tsx";
import { ProjectCard } from "./project-card.tsx";
import { PromptBox } from "./prompt-box.tsx";

function ProjectList() {
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
        Nothing here yet. Describe an app above, or take one of the examples.
      </p>
    );
  }
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </ul>
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
  return (
    <div className="flex min-h-full flex-col">
      <title>Edgesmith</title>
      <Header />
      <main className="mx-auto w-full max-w-5xl flex-1 px-4 pt-12 pb-20 sm:px-6 sm:pt-16">
        <div className="mx-auto max-w-2xl">
          <h1 className="mb-6 text-center font-display text-3xl font-semibold tracking-tight text-balance sm:text-4xl">
            What shall we forge{user?.name ? `, ${user.name.split(" ")[0]}` : ""}?
          </h1>
          <PromptBox userId={user?.id ?? ""} />
        </div>
        <section aria-labelledby="projects-title" className="mt-16">
          <div className="mb-4 flex items-center justify-between">
            <h2 id="projects-title" className="text-sm font-semibold text-soft">
              Your projects
            </h2>
            <ImportButton />
          </div>
          <ProjectList />
        </section>
      </main>
    </div>
  );
}

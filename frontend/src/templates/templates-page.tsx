import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { createProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { FromAddress } from "./from-address.tsx";
import { templateNames, templates } from "./templates.ts";

/** Returns a mutation that creates a project from a template and opens it. */
function useStart() {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (template: (typeof templateNames)[number]) =>
      createProject({ name: templates[template].title, template }),
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${project.id}`);
    },
  });
}

/** The gallery of templates. Each template is a working app. */
export default function TemplatesPage() {
  const start = useStart();
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title="Templates" />
      </Header>
      <main className="mx-auto w-full max-w-5xl flex-1 px-4 py-10 sm:px-6">
        <p className="mb-6 text-sm text-soft">
          Each is a small app that runs. Start from one and say what to change, or{" "}
          <Link href="/" className="underline underline-offset-3">
            describe an app
          </Link>{" "}
          instead.
        </p>
        <ul aria-label="Templates" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {templateNames.map((name) => (
            <li key={name} className="card flex flex-col overflow-hidden">
              <img
                src={`/templates/${name}.webp`}
                alt=""
                width={640}
                height={400}
                loading="lazy"
                className="aspect-8/5 w-full border-b border-line object-cover"
              />
              <div className="flex flex-1 flex-col gap-1 p-4">
                <h2 className="font-semibold tracking-tight">{templates[name].title}</h2>
                <p className="flex-1 text-sm text-soft">{templates[name].text}</p>
                <Button
                  small
                  className="mt-3 self-start"
                  aria-label={`Start from this: ${templates[name].title}`}
                  busy={start.isPending && start.variables === name}
                  disabled={start.isPending}
                  onClick={() => start.mutate(name)}
                >
                  Start from this
                </Button>
              </div>
            </li>
          ))}
        </ul>
        <FromAddress />
      </main>
    </div>
  );
}

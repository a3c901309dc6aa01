import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "wouter";
import type { PublishedApp } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { copyPublishedApp, getPublishedApp } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Failure, Refusal, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";

function Offer({ app }: { app: PublishedApp }) {
  const [, navigate] = useLocation();
  const copy = useMutation({
    meta: { shown: true },
    mutationFn: () => copyPublishedApp(app.host),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${id}`, { replace: true });
    },
  });
  return (
    <section aria-label="Published app" className="card mx-auto mt-16 max-w-md p-6">
      <h2 className="text-xl font-semibold tracking-tight wrap-anywhere">Start from “{app.name}”</h2>
      <p className="mt-2 text-sm text-soft wrap-anywhere">
        You get a project of your own with the files of{" "}
        <a href={app.url} target="_blank" rel="noopener noreferrer" className="underline underline-offset-3">
          {app.host}
        </a>
        . Its data, secrets and conversation stay with its owner.
      </p>
      <Refusal error={copy.error} className="mt-3" />
      <div className="mt-6 flex flex-wrap justify-end gap-2">
        <Link href="/" className="inline-flex h-9 items-center px-3.5 text-sm text-soft hover:text-ink">
          Not now
        </Link>
        <Button tone="primary" busy={copy.isPending} onClick={() => copy.mutate()}>
          Make a copy
        </Button>
      </div>
    </section>
  );
}

/** The page that copies a published app. Its link is `/copy?app=` followed by the host of the app. */
export default function CopyPage() {
  const host = new URLSearchParams(useSearch()).get("app") ?? "";
  const query = useQuery({ queryKey: ["published", host], queryFn: () => getPublishedApp(host), retry: false });
  const isMissing = isApiError(query.error, "not_found");
  return (
    <>
      <Header>
        <PageHeading title="Make a copy" />
      </Header>
      <main className="px-4">
        {isMissing && (
          <Empty title="This app doesn't exist, or its owner doesn't allow copies.">
            Check the address, or{" "}
            <Link href="/templates" className="underline underline-offset-3">
              start from a template
            </Link>
            .
          </Empty>
        )}
        {query.isError && !isMissing && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.isPending && <Skeleton lines={3} />}
        {query.isSuccess && <Offer app={query.data} />}
      </main>
    </>
  );
}

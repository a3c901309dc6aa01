import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { startPreview } from "../api/runs.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";

/** Redirects to the app with a new link. A preview whose link has expired refers to this page. */
export default function OpenPreviewPage({ projectId }: { projectId: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["project", projectId, "open"],
    queryFn: () => startPreview(projectId),
    // Never cached, since a link works only once.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (data !== undefined) location.replace(data.url);
  }, [data]);
  return (
    <>
      <Header>
        <PageHeading title="Opening the current version" />
      </Header>
      <main>
        {error === null && (
          <p className="p-4 text-sm text-soft">
            The preview link has expired. A new one opens the app's current version, which may be newer than the one
            that you saw.
          </p>
        )}
        {error === null ? <Skeleton /> : <Failure error={error} retry={() => void refetch()} />}
      </main>
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { getRevision } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { getRun } from "../api/runs.ts";
import { useDirtyPaths } from "../files/edit-drafts.ts";
import { Author } from "../history/author.tsx";
import { Button } from "../ui/button.tsx";
import { timeAgo } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

const maxPrompt = 140;
const maxNamed = 3;

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= maxPrompt ? line : `${line.slice(0, maxPrompt).trimEnd()}…`;
};

function named(paths: readonly string[]): string {
  const more = paths.length - maxNamed;
  const first = paths.slice(0, maxNamed).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}

/** Shows when a version was created, and by which prompt or person. */
function Origin({ number }: { number: number }) {
  const { projectId } = useWorkspace();
  const { data: revision } = useQuery({
    queryKey: keys.revision(projectId, number),
    queryFn: () => getRevision(projectId, number),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const runId = revision?.runId ?? null;
  const { data: run } = useQuery({
    queryKey: keys.run(runId ?? ""),
    queryFn: () => getRun(runId ?? ""),
    enabled: runId !== null,
    staleTime: 60_000,
  });
  if (revision === undefined) return null;
  const about = shortened(run?.prompt ?? revision.message ?? "");
  return (
    <>
      {" "}
      made {timeAgo(revision.createdAt)} by {run === undefined ? <Author author={revision.author} /> : "the prompt"}
      {about !== "" && ` “${about}”`}.
    </>
  );
}

type VersionToPublishProps = { number: number; onNumber: (number: number) => void };

/**
 * States which version the button publishes, and that it excludes newer versions, unsaved edits and further changes of
 * an active run.
 */
export function VersionToPublish({ number, onNumber }: VersionToPublishProps) {
  const { projectId, head, running, previewedRevision } = useWorkspace();
  const unsaved = [...useDirtyPaths(projectId)];
  return (
    <div className="mt-4 grid gap-2 text-sm text-soft wrap-anywhere">
      <p>
        <strong className="font-semibold text-ink">Version {number} will be published:</strong>
        <Origin number={number} />
      </p>
      {head > number && (
        <p role="status" className="flex flex-wrap items-center gap-2">
          <span>
            {head === number + 1
              ? `Version ${head} has been made since.`
              : `Versions ${number + 1} to ${head} have been made since.`}
          </span>
          <Button small onClick={() => onNumber(head)}>
            Publish version {head} instead
          </Button>
        </p>
      )}
      {previewedRevision !== null && previewedRevision !== number && (
        <p>You are viewing version {previewedRevision}. To publish that one, restore it first.</p>
      )}
      {unsaved.length > 0 && <p>Unsaved edits of {named(unsaved)} are not in it.</p>}
      {running && <p>Edgesmith is still working. This version won't include changes it makes from now on.</p>}
    </div>
  );
}

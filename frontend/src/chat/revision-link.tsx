import { useWorkspace } from "../workspace/workspace-context.ts";

/** Shows a version's number as a link to its changes. */
export function RevisionLink({ revision }: { revision: number }) {
  const { openRevision } = useWorkspace();
  return (
    <button
      type="button"
      onClick={() => openRevision(revision)}
      title={`View the changes in version ${revision}`}
      className="stamp shrink-0 rounded border border-line px-1.5 text-soft hover:border-ember hover:text-ember-deep"
    >
      Version {revision}
    </button>
  );
}

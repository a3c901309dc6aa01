import { useWorkspace } from "../workspace/workspace-context.ts";
import { useRevisions } from "./use-revisions.ts";

type CompareSelectProps = { number: number; other: number | null; onChange: (other: number | null) => void };

const older = "older";

/** Selects the version to compare with. By default a version shows its own changes. */
export function CompareSelect({ number, other, onChange }: CompareSelectProps) {
  const { head } = useWorkspace();
  const { query, revisions } = useRevisions();
  const numbers = revisions.map((revision) => revision.number).filter((one) => one !== number && one !== head);
  return (
    <select
      aria-label={`Compare version ${number} with`}
      value={other ?? ""}
      onChange={({ target }) => {
        if (target.value === older) void query.fetchNextPage();
        else onChange(target.value === "" ? null : Number(target.value));
      }}
      className="h-7 max-w-44 rounded-md border border-line-strong bg-raised px-1.5 text-xs"
    >
      <option value="">Its own changes</option>
      {number !== head && <option value={head}>Compare with current</option>}
      {numbers.map((one) => (
        <option key={one} value={one}>
          Compare with version {one}
        </option>
      ))}
      {query.hasNextPage && (
        <option value={older}>{query.isFetchingNextPage ? "Loading…" : "Load older versions"}</option>
      )}
    </select>
  );
}

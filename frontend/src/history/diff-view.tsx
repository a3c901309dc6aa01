import { useQuery } from "@tanstack/react-query";
import { readBlob } from "../api/projects.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { type DiffLine, diffLines, hunksOf } from "./line-diff.ts";

const marks: Record<DiffLine["kind"], string> = { same: " ", added: "+", removed: "−" };
const tones: Record<DiffLine["kind"], string> = { same: "", added: "bg-good-wash", removed: "bg-bad-wash" };

function Line({ line }: { line: DiffLine }) {
  const number = "w-9 shrink-0 pr-2 text-right text-soft select-none";
  return (
    <div className={`flex ${tones[line.kind]}`}>
      <span className={number}>{line.before}</span>
      <span className={number}>{line.after}</span>
      <span className="w-4 shrink-0 select-none">{marks[line.kind]}</span>
      <span className="min-w-0 break-words whitespace-pre-wrap">{line.text}</span>
    </div>
  );
}

function useBlob(projectId: string, sha256: string | null) {
  return useQuery({
    queryKey: keys.blob(projectId, sha256 ?? ""),
    queryFn: () => readBlob(projectId, sha256 ?? ""),
    enabled: sha256 !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

type DiffViewProps = { projectId: string; before: string | null; after: string | null };

/** Shows the diff of two contents, identified by their hashes; null stands for a file that does not exist. */
export function DiffView({ projectId, before, after }: DiffViewProps) {
  const old = useBlob(projectId, before);
  const now = useBlob(projectId, after);
  const error = old.error ?? now.error;
  if (error !== null) return <Failure error={error} />;
  if ((before !== null && old.data === undefined) || (after !== null && now.data === undefined)) return <Skeleton />;
  if (old.data?.encoding === "base64" || now.data?.encoding === "base64") {
    return <p className="px-4 py-3 text-sm text-soft">Can't preview this file type.</p>;
  }
  const hunks = hunksOf(diffLines(old.data?.content ?? "", now.data?.content ?? ""));
  if (hunks.length === 0) return <p className="px-4 py-3 text-sm text-soft">No changes in the content.</p>;
  return (
    <div className="overflow-x-auto bg-sunken py-1.5 font-mono text-xs leading-5">
      {hunks.map((hunk, index) => (
        <div key={hunk.key} className={index === 0 ? "" : "mt-1.5 border-t border-dashed border-line-strong pt-1.5"}>
          {hunk.lines.map((line) => (
            <Line key={`${line.before}-${line.after}`} line={line} />
          ))}
        </div>
      ))}
    </div>
  );
}

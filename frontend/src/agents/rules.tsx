import { useMutation, useQuery } from "@tanstack/react-query";
import { FilePlus, FileText } from "lucide-react";
import { Link, useLocation } from "wouter";
import { filesQuery } from "../api/files-query.ts";
import { applyBatch } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Refusal, Skeleton } from "../ui/feedback.tsx";

const path = "AGENTS.md";
const beginning = "# Rules\n\n";

/** Opens the file with the project's rules, and creates it first if necessary. */
export function Rules({ projectId, isFixed }: { projectId: string; isFixed: boolean }) {
  const [, navigate] = useLocation();
  const query = useQuery(filesQuery(projectId));
  const address = `/projects/${projectId}?view=code&file=${path}`;
  const create = useMutation({
    meta: { shown: true },
    mutationFn: () => applyBatch(projectId, { operations: [{ op: "create", path, content: beginning }] }),
    onSuccess: ({ revision }) => {
      moveHead(projectId, revision);
      navigate(address);
    },
  });
  if (query.isPending) return <Skeleton lines={1} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.data.data.some((file) => file.path === path))
    return (
      <Link href={address} className="inline-flex items-center gap-1.5 text-sm underline underline-offset-3">
        <FileText size={14} /> Open {path}
      </Link>
    );
  if (isFixed) return <p className="text-sm text-soft">No rules yet.</p>;
  return (
    <>
      <Button busy={create.isPending} onClick={() => create.mutate()}>
        <FilePlus size={15} /> Write rules
      </Button>
      <Refusal error={create.error} className="mt-2" />
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Package } from "lucide-react";
import { useState } from "react";
import { keys } from "../api/queries.ts";
import { getBuild } from "../api/runs.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { BuildDialog } from "./build-dialog.tsx";
import { buildLine } from "./describe-build.ts";

const TYPES_POLL_MS = 3_000;

/** Shows the size and duration of the displayed build. The server measures the sizes once no file is being written. */
export function BuildStatus({ revision }: { revision: number }) {
  const { projectId, running } = useWorkspace();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: keys.build(projectId, revision),
    queryFn: () => getBuild(projectId, revision),
    enabled: !running,
    staleTime: Number.POSITIVE_INFINITY,
    // The server responds without waiting for the type checker, so the first response may lack its result.
    refetchInterval: ({ state }) => (state.data?.types.status === "pending" ? TYPES_POLL_MS : false),
  });
  if (data === undefined) return null;
  return (
    <div className="flex h-7 shrink-0 items-center border-t border-line bg-surface px-2">
      <button
        type="button"
        aria-haspopup="dialog"
        className="flex min-w-0 items-center gap-1.5 rounded px-1 text-xs text-faint hover:text-ink"
        onClick={() => setOpen(true)}
      >
        <Package size={12} className="shrink-0" />
        <span className="truncate">{buildLine(data)}</span>
      </button>
      {open && <BuildDialog build={data} onClose={() => setOpen(false)} />}
    </div>
  );
}

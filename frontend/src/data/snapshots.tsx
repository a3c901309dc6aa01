import { useMutation, useQuery } from "@tanstack/react-query";
import { Camera, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import type { DataSnapshot } from "../../../worker/contract/index.ts";
import {
  createDataSnapshot,
  type DataPlace,
  deleteDataSnapshot,
  listDataSnapshots,
  restoreDataSnapshot,
} from "../api/data.ts";
import { keys, refetch } from "../api/queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { bytes, timeAgo, timeUntil } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";

const titles: Record<DataSnapshot["reason"], (revision: number | null) => string> = {
  requested: () => "Taken by you",
  revision: (revision) => `Before version ${revision} first ran`,
  restore: () => "Before another snapshot was restored",
};

/** Lists, takes, restores and deletes the snapshots of the app's data. */
export function Snapshots({ place }: { place: DataPlace }) {
  const query = useQuery({
    queryKey: keys.dataSnapshots(place.id, place.target),
    queryFn: () => listDataSnapshots(place),
    select: ({ data }) => data,
  });
  const [asked, setAsked] = useState<DataSnapshot | null>(null);
  const reload = () => void refetch(keys.data(place.id));
  const create = useMutation({ mutationFn: () => createDataSnapshot(place), onSuccess: reload });
  const remove = useMutation({ mutationFn: (id: string) => deleteDataSnapshot(place, id), onSuccess: reload });
  const restore = useMutation({
    meta: { shown: true },
    mutationFn: (id: string) => restoreDataSnapshot(place, id),
    onSuccess: () => {
      setAsked(null);
      toast("Data restored. The previous data is kept as a snapshot.");
      reload();
    },
  });
  return (
    <div className="h-full overflow-y-auto">
      <div className="flex flex-wrap items-center gap-3 p-3">
        <Button small tone="primary" busy={create.isPending} onClick={() => create.mutate()}>
          <Camera size={13} /> Take a snapshot
        </Button>
        <p className="text-xs text-faint">
          Each is kept for seven days, and one is taken before a new version first runs.
        </p>
      </div>
      {query.isPending && <Skeleton lines={4} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && query.data.length === 0 && <Empty title="No snapshots yet" />}
      <ul aria-label="Snapshots" className="divide-y divide-line border-t border-line">
        {query.data?.map((snapshot) => (
          <li key={snapshot.id} className="flex items-center gap-3 px-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm">{titles[snapshot.reason](snapshot.revision)}</span>
              <span className="text-xs text-faint">
                {timeAgo(snapshot.createdAt)} · {bytes(snapshot.bytes)} · kept {timeUntil(snapshot.expiresAt)}
              </span>
            </span>
            <Button small onClick={() => setAsked(snapshot)}>
              <Undo2 size={13} /> Restore
            </Button>
            <IconButton
              label={`Delete the snapshot of ${timeAgo(snapshot.createdAt)}`}
              onClick={() => remove.mutate(snapshot.id)}
            >
              <Trash2 size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
      {asked !== null && (
        <Confirm
          title="Restore this snapshot?"
          text="All of the app's data returns to its state at that time. The current data is kept as a snapshot."
          action="Restore"
          busy={restore.isPending}
          error={restore.error}
          onConfirm={() => restore.mutate(asked.id)}
          onClose={() => {
            restore.reset();
            setAsked(null);
          }}
        />
      )}
    </div>
  );
}

import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { queryClient } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";

type RemovableRowProps = {
  /** The name of the row in the dialog's title. */
  name: string;
  /** A sentence that describes the consequence of deleting the row. */
  consequence: string;
  remove: () => Promise<unknown>;
  listKey: readonly string[];
  children: ReactNode;
};

/** A list row with a button that deletes it after a confirmation. */
export function RemovableRow({ name, consequence, remove, listKey, children }: RemovableRowProps) {
  const [asked, setAsked] = useState(false);
  const removal = useMutation({
    meta: { shown: true },
    mutationFn: remove,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: listKey });
      setAsked(false);
    },
  });
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton label={`Delete ${name}`} onClick={() => setAsked(true)}>
        <Trash2 size={14} />
      </IconButton>
      {asked && (
        <Confirm
          title={`Delete ${name}?`}
          text={consequence}
          action="Delete"
          busy={removal.isPending}
          error={removal.error}
          onConfirm={() => removal.mutate()}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}

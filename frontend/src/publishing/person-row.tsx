import { useMutation } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import type { Person } from "../../../worker/contract/index.ts";
import { type AppOf, removePerson, updatePerson } from "../api/publishing.ts";
import { keys, queryClient } from "../api/queries.ts";
import { RemovableRow } from "../app-settings/removable-row.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { timeAgo } from "../ui/format.ts";
import { rolesIn } from "./roles.ts";

type PersonProps = { app: AppOf; person: Person };

/** Describes in one line whether a person has signed in. */
function stateOf({ status, createdAt, lastSeenAt }: Person): string {
  if (status === "invited") return `Invited ${timeAgo(createdAt)}`;
  return lastSeenAt === null ? "Has not visited yet" : `Visited ${timeAgo(lastSeenAt)}`;
}

/** Shows a person of the app, with buttons that change and remove them. */
export function PersonRow({ app, person }: PersonProps) {
  const [isEdited, setIsEdited] = useState(false);
  const { id, email, name, roles } = person;
  return (
    <RemovableRow
      name={email}
      consequence="They are signed out. The app keeps the data it has stored about them."
      remove={() => removePerson(app, id)}
      listKey={keys.publishing(app.id, "people", app.target)}
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="text-sm wrap-anywhere">{name === "" ? email : `${name} · ${email}`}</p>
          <p className="mt-0.5 text-xs text-soft wrap-anywhere">
            {[stateOf(person), ...(roles.length === 0 ? [] : [roles.join(", ")])].join(" · ")}
          </p>
        </div>
        <IconButton label={`Edit ${email}`} onClick={() => setIsEdited(true)}>
          <Pencil size={14} />
        </IconButton>
      </div>
      {isEdited && <PersonDialog app={app} person={person} onClose={() => setIsEdited(false)} />}
    </RemovableRow>
  );
}

function PersonDialog({ app, person, onClose }: PersonProps & { onClose: () => void }) {
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (change: { name: string; roles: string[] }) => updatePerson(app, person.id, change),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.publishing(app.id, "people", app.target) });
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    save.mutate({ name: String(data.get("name")).trim(), roles: rolesIn(String(data.get("roles"))) });
  };
  return (
    <Dialog title={person.email} onClose={onClose}>
      <form className="grid gap-4" onSubmit={submit}>
        <Field label="Name" name="name" defaultValue={person.name} maxLength={100} autoComplete="off" />
        <Field label="Roles" name="roles" defaultValue={person.roles.join(", ")} autoComplete="off" />
        <Refusal error={save.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

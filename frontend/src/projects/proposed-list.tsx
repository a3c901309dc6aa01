import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import type { ImportReport } from "../../../worker/contract/index.ts";
import { putVariable } from "../api/app-environment.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { plural } from "../ui/format.ts";

type Proposed = ImportReport["environment"][number];

const what: Record<Proposed["kind"], string> = { variable: "variable", secret: "secret", refused: "not imported" };

async function setVariables(projectId: string, proposed: readonly Proposed[]): Promise<void> {
  for (const { name, kind, value } of proposed) {
    if (kind === "variable" && value !== undefined) await putVariable(projectId, name, { value, target: "both" });
  }
}

/**
 * Lists the variables and secrets of an import's `.env` files, with a button that sets the variables. The server stores
 * no secret's value.
 */
export function ProposedList({ projectId, proposed }: { projectId: string; proposed: readonly Proposed[] }) {
  const variables = proposed.filter(({ kind }) => kind === "variable").length;
  const set = useMutation({ meta: { shown: true }, mutationFn: () => setVariables(projectId, proposed) });
  if (proposed.length === 0) return null;
  return (
    <section aria-label="Variables and secrets">
      <p className="text-sm text-soft">
        We didn't store the keys of your <code>.env</code> files. Set what the app needs in its{" "}
        <Link href={`/projects/${projectId}/settings`} className="underline underline-offset-3">
          settings
        </Link>
        .
      </p>
      <ul className="mt-3 max-h-[min(14rem,30vh)] overflow-y-auto rounded-md border border-line py-1">
        {proposed.map(({ name, path, kind, reason }) => (
          <li key={`${path} ${name}`} className="px-3 py-0.5 text-xs">
            <code className="wrap-anywhere">{name}</code> <span className="text-faint">{what[kind]}</span>
            {reason !== undefined && <p className="text-warn wrap-anywhere">{reason}</p>}
          </li>
        ))}
      </ul>
      {variables > 0 && (
        <Button small className="mt-3" busy={set.isPending} disabled={set.isSuccess} onClick={() => set.mutate()}>
          {set.isSuccess ? "Set" : `Set ${plural(variables, "variable", "variables")}`}
        </Button>
      )}
      <Refusal error={set.error} className="mt-3" />
    </section>
  );
}

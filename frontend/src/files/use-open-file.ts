import { useMutation, useQuery } from "@tanstack/react-query";
import type { Operation } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { applyBatch, readFile } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { withEndsOf } from "./line-ends.ts";
import type { Draft, Drafts } from "./use-drafts.ts";

type SaveInput = { draft: Draft; how: "plain" | "merge" | "create" };

function operationOf(path: string, { draft, how }: SaveInput): Operation {
  if (how === "create") return { op: "create", path, content: draft.text };
  const update = { op: "update", path, content: draft.text } as const;
  // A merge starts from the edited revision, so it must not require the content to be unchanged.
  return how === "merge" ? update : { ...update, expectedSha256: draft.base.sha256 };
}

/** Returns a file in the editor: as stored, as edited, and whether the two conflict. */
export function useOpenFile(projectId: string, path: string, drafts: Drafts) {
  const key = keys.file(projectId, path);
  const query = useQuery({ queryKey: key, queryFn: () => readFile(projectId, path) });
  const draft = drafts.all.get(path);
  const isGone = isApiError(query.error) && query.error.status === 404;
  const stored = isGone ? undefined : query.data;

  const save = useMutation({
    meta: { shown: true },
    mutationFn: (input: SaveInput) =>
      applyBatch(projectId, {
        message: `Edit ${path}`,
        operations: [operationOf(path, input)],
        ...(input.how === "create" ? {} : { expectedRevision: input.draft.base.revision }),
        ...(input.how === "merge" ? { onConflict: "merge" as const } : {}),
      }),
    onSuccess: async ({ revision }, { how }) => {
      moveHead(projectId, revision);
      await queryClient.invalidateQueries({ queryKey: key });
      drafts.set(path, null);
      if (how === "merge") toast("Merged both changes.");
    },
    onError: async (error, { how }) => {
      const moved = isApiError(error) && error.status === 409;
      if (moved) await queryClient.invalidateQueries({ queryKey: key });
      if (moved && how === "merge") toast("The edits overlap. Compare and choose.", "bad");
      else if (!moved) toast(error.message, "bad");
    },
  });

  const edit = (edited: string) => {
    const base = draft?.base ?? stored;
    if (base === undefined) return;
    const text = withEndsOf(base.content, edited);
    drafts.set(path, text === base.content ? null : { text, base });
  };
  const moved = isGone || (stored !== undefined && stored.sha256 !== draft?.base.sha256);
  // The live feed may report our own save before its response arrives.
  const isOwn = save.isPending && stored?.content === draft?.text;
  const clash = draft !== undefined && moved && !isOwn;
  return { query, stored, draft, isGone, clash, edit, save };
}

export type OpenFile = ReturnType<typeof useOpenFile>;

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Operation } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { applyBatch, readFile } from "../api/projects.ts";
import { keys, moveHead, queryClient } from "../api/queries.ts";
import { toast } from "../ui/toast.tsx";
import { type EditDraft, editDraftOf, setEditDraft, useEditDraft } from "./edit-drafts.ts";
import { withEndsOf } from "./line-ends.ts";
import { useFormat } from "./use-format.ts";

/** `merge`: the draft's text already contains both changes, and its base is the stored file. */
type SaveInput = { draft: EditDraft; how: "plain" | "merge" | "create" };

function operationOf(path: string, { draft, how }: SaveInput): Operation {
  if (how === "create") return { op: "create", path, content: draft.text };
  return { op: "update", path, content: draft.text, expectedSha256: draft.base.sha256 };
}

function useSave(projectId: string, path: string) {
  const key = keys.file(projectId, path);
  return useMutation({
    meta: { shown: true },
    mutationFn: (input: SaveInput) =>
      applyBatch(projectId, {
        message: `Edit ${path}`,
        operations: [operationOf(path, input)],
        ...(input.how === "create" ? {} : { expectedRevision: input.draft.base.revision }),
      }),
    onSuccess: async ({ revision }, { how }) => {
      moveHead(projectId, revision);
      await queryClient.invalidateQueries({ queryKey: key });
      setEditDraft(projectId, path, null);
      if (how === "merge") toast("Merged both changes.");
    },
    onError: async (error) => {
      // The refetch makes the bar appear that offers to merge.
      if (isApiError(error) && error.status === 409) await queryClient.invalidateQueries({ queryKey: key });
      else toast(error.message, "bad");
    },
  });
}

/** Returns a file for the editor: its stored text, its edited text, and whether the two conflict. */
export function useOpenFile(projectId: string, path: string) {
  const query = useQuery({ queryKey: keys.file(projectId, path), queryFn: () => readFile(projectId, path) });
  const draft = useEditDraft(projectId, path);
  const isGone = isApiError(query.error) && query.error.status === 404;
  const stored = isGone ? undefined : query.data;
  const save = useSave(projectId, path);

  const edit = (edited: string) => {
    // Reads the draft again, since the rendered draft may lag behind the typed text.
    const base = editDraftOf(projectId, path)?.base ?? stored;
    if (base === undefined) return;
    const text = withEndsOf(base.content, edited);
    setEditDraft(projectId, path, text === base.content ? null : { text, base });
  };
  // Another tab may have saved the same edits, or a draft restored from an earlier page may have been saved since.
  const isSettled = draft !== undefined && stored?.content === draft.text && !save.isPending;
  useEffect(() => {
    // Keeps the draft if the person has typed since.
    if (isSettled && editDraftOf(projectId, path) === draft) setEditDraft(projectId, path, null);
  }, [isSettled, draft, projectId, path]);
  const moved = isGone || (stored !== undefined && stored.sha256 !== draft?.base.sha256);
  // The live feed may report this save before its response arrives.
  const isOwn = save.isPending && stored?.content === draft?.text;
  const clash = draft !== undefined && moved && !isOwn && !isSettled;
  const format = useFormat(projectId, path);
  const formatDraft = async (from: EditDraft): Promise<EditDraft> => {
    const text = format === null ? from.text : await format.run(from.text);
    // Text that the person typed meanwhile takes precedence.
    const now = editDraftOf(projectId, path) ?? from;
    return now.text === from.text ? { ...from, text } : now;
  };
  /** Formats the editor's text. */
  const formatNow = async () => {
    const now = editDraftOf(projectId, path);
    const base = now?.base ?? stored;
    if (base === undefined || format === null) return;
    const formatted = await formatDraft(now ?? { text: base.content, base });
    setEditDraft(projectId, path, formatted.text === base.content ? null : formatted);
  };
  /** Saves the edits, formatted if the project configures it. */
  const saveDraft = async () => {
    const now = editDraftOf(projectId, path);
    if (now === undefined || clash) return;
    const next = format?.onSave === true ? await formatDraft(now) : now;
    const isChanged = next.text !== next.base.content;
    setEditDraft(projectId, path, isChanged ? next : null);
    if (isChanged) save.mutate({ draft: next, how: "plain" });
  };
  return { query, stored, draft, isGone, clash, edit, save, saveDraft, formatNow: format === null ? null : formatNow };
}

export type OpenFile = ReturnType<typeof useOpenFile>;

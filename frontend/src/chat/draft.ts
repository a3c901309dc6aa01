const keyOf = (projectId: string) => `edgesmith-draft-${projectId}`;

/** What was typed and not sent, for this tab's life: a reload loses nothing. */
export const readDraft = (projectId: string): string => sessionStorage.getItem(keyOf(projectId)) ?? "";

export function saveDraft(projectId: string, text: string): void {
  if (text === "") sessionStorage.removeItem(keyOf(projectId));
  else sessionStorage.setItem(keyOf(projectId), text);
}

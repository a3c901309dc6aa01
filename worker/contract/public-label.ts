// The label of a project's public origin, `<label>.<PREVIEW_DOMAIN>`. Both Workers derive it from the project's id, so
// that a visit needs no look-up. The labels of previews have another prefix.

/** @returns the label of a project's public origin */
export const publicLabelOf = (projectId: string): string => projectId.replace("prj_", "app-");

/** @returns the id of the project with this public label; null for any other label */
export const projectOfLabel = (label: string): string | null =>
  /^app-[0-9a-z]+$/.test(label) ? label.replace("app-", "prj_") : null;

// The label of a project's public origin, `<label>.<PREVIEW_DOMAIN>`. Both Workers know it from the project's id alone, so
// that a visit asks nobody which project it is for. A preview's label begins otherwise.

export const publicLabelOf = (projectId: string): string => projectId.replace("prj_", "app-");

/** The project whose public origin has this label, or null where it is none. */
export const projectOfLabel = (label: string): string | null =>
  /^app-[0-9a-z]+$/.test(label) ? label.replace("app-", "prj_") : null;

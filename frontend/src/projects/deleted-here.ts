const deleted = new Set<string>();

/** Records that this page deleted a project. */
export const noteDeleted = (projectId: string): void => void deleted.add(projectId);

/** Whether this page deleted a project. It then shows none of the project's cached data. */
export const wasDeletedHere = (projectId: string): boolean => deleted.has(projectId);

const deleted = new Set<string>();

/** Notes that a project was deleted from this page. */
export const noteDeleted = (projectId: string): void => void deleted.add(projectId);

/** Whether a project was deleted from this page, which then shows nothing that it had read of it. */
export const wasDeletedHere = (projectId: string): boolean => deleted.has(projectId);

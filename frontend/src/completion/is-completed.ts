/** Whether the type checker reads a file, judging by its extension. */
export const isCompleted = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);

type LogEntry = { at: string; source: string; message: string };

/** Returns a unique key for each log entry. Entries have no id, and equal entries may have the same timestamp. */
export function uniqueKeys(lines: readonly LogEntry[]): string[] {
  const counts = new Map<string, number>();
  return lines.map(({ at, source, message }) => {
    const key = `${at} ${source} ${message.slice(0, 200)}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return `${key} ${count}`;
  });
}

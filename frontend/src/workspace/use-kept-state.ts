import { useState } from "react";
import { draftPrefix, readStored, removeStored, writeStored } from "../ui/storage.ts";

function readKept(key: string): unknown {
  try {
    return JSON.parse(readStored("session", key) ?? "null");
  } catch {
    return null; // Stored by another version of the page.
  }
}

/**
 * Returns a state of a project's page that this browser tab keeps across reloads, until the person signs out.
 * @param read parses the stored value, which is null if missing, and returns a valid value even for an invalid one
 * @param toKeep returns the part of a value to store, as JSON values; null stores nothing
 */
export function useKeptState<Value>(
  projectId: string,
  name: string,
  read: (kept: unknown) => Value,
  toKeep: (value: Value) => unknown = (value) => value,
) {
  const key = `${draftPrefix}${projectId} ${name}`;
  const [value, setValue] = useState(() => read(readKept(key)));
  const change = (next: Value) => {
    const kept = toKeep(next);
    if (kept === null) removeStored("session", key);
    else writeStored("session", key, JSON.stringify(kept));
    setValue(next);
  };
  return [value, change] as const;
}

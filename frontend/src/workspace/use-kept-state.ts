import { useState } from "react";
import { draftPrefix, readStored, removeStored, writeStored } from "../ui/storage.ts";

function readKept(key: string): unknown {
  try {
    return JSON.parse(readStored("session", key) ?? "null");
  } catch {
    return null; // Written by another version of the page.
  }
}

/**
 * A state of a project's page that this window of the browser keeps over a reload, until its person signs out.
 * @param read reads the kept value, null where there is none, and returns another value for one that is not as it should be
 * @param toKeep returns the part of a value to keep, in values of JSON; null keeps nothing
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

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { filesQuery } from "../api/files-query.ts";
import { readFile } from "../api/projects.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type FormatOptions, formatConfigs, optionsIn, parserFor } from "./format-options.ts";

/** Reads the formatting options from the first of the project's files that configures them; null if none does. */
async function readOptions(projectId: string, paths: readonly string[]): Promise<FormatOptions | null> {
  for (const path of paths) {
    const options = optionsIn(path, (await readFile(projectId, path)).content);
    if (options !== null) return options;
  }
  return null;
}

async function formatOrSay(text: string, parser: string, options: FormatOptions): Promise<string> {
  try {
    const { formatText } = await loadChunk(() => import("./format-text.ts"));
    return await formatText(text, parser, options);
  } catch (error) {
    // The other lines of the message show the code around the error.
    const [reason = ""] = (error instanceof Error ? error.message : "").split("\n");
    toast(`Not formatted: ${reason}`, "bad");
    return text;
  }
}

/**
 * How to format a file: on saving if the project configures Prettier, and with the keyboard shortcut in any project.
 */
export type Format = { onSave: boolean; run: (text: string) => Promise<string> };

const noFiles: readonly FileEntry[] = [];

/** Returns how to format a file; null for a language without a formatter. */
export function useFormat(projectId: string, path: string): Format | null {
  const parser = parserFor(path);
  const files = useQuery(filesQuery(projectId)).data?.data ?? noFiles;
  const configs = useMemo(
    () => formatConfigs.flatMap((config) => files.find((file) => file.path === config) ?? []),
    [files],
  );
  const { data } = useQuery({
    queryKey: ["project", projectId, "format", ...configs.map(({ sha256 }) => sha256)],
    queryFn: () =>
      readOptions(
        projectId,
        configs.map((config) => config.path),
      ),
    enabled: parser !== null && configs.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(
    () =>
      parser === null
        ? null
        : { onSave: data !== undefined && data !== null, run: (text) => formatOrSay(text, parser, data ?? {}) },
    [parser, data],
  );
}

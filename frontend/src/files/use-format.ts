import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FileEntry } from "../../../worker/contract/index.ts";
import { filesQuery } from "../api/files-query.ts";
import { readFile } from "../api/projects.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type FormatOptions, formatConfigs, optionsIn, parserFor } from "./format-options.ts";

/** Reads the project's formatting from the first of its files that asks for one; null where none does. */
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
    // The rest of the message is a picture of the code.
    const [reason = ""] = (error instanceof Error ? error.message : "").split("\n");
    toast(`Not formatted: ${reason}`, "bad");
    return text;
  }
}

/** How a file is formatted: on saving where the project configures Prettier, and by its key anywhere. */
export type Format = { onSave: boolean; run: (text: string) => Promise<string> };

const noFiles: readonly FileEntry[] = [];

/** Returns how a file is formatted; null for a language that is not. */
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

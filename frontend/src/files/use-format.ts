import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listFiles, readFile } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import { type FormatOptions, formatConfigs, optionsIn, parserFor } from "./format-options.ts";

/** Reads the project's formatting; null where it asks for none. */
async function readOptions(projectId: string): Promise<FormatOptions | null> {
  const { data } = await queryClient.fetchQuery({
    queryKey: keys.files(projectId),
    queryFn: () => listFiles(projectId),
  });
  for (const path of formatConfigs) {
    if (!data.some((file) => file.path === path)) continue;
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

/** Returns how a file is formatted; null for a language that is not. */
export function useFormat(projectId: string, path: string, head: number): Format | null {
  const parser = parserFor(path);
  const { data } = useQuery({
    queryKey: ["project", projectId, "format", head],
    queryFn: () => readOptions(projectId),
    enabled: parser !== null,
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

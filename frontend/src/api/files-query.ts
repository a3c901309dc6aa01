import { queryOptions } from "@tanstack/react-query";
import { withKnownEntries } from "./known-entries.ts";
import { listFiles } from "./projects.ts";
import { keys } from "./queries.ts";

type FileList = Awaited<ReturnType<typeof listFiles>>;

/**
 * Returns the query for a project's files at its head. TanStack Query's default structural comparison visits every
 * field of every entry, which is noticeable with thousands of files after each write.
 */
export const filesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.files(projectId),
    queryFn: () => listFiles(projectId),
    structuralSharing: (known, next) => withKnownEntries(known as FileList | undefined, next as FileList),
  });

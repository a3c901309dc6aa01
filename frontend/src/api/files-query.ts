import { queryOptions } from "@tanstack/react-query";
import { withKnownEntries } from "./known-entries.ts";
import { listFiles } from "./projects.ts";
import { keys } from "./queries.ts";

type FileList = Awaited<ReturnType<typeof listFiles>>;

/**
 * Returns the query of a project's files at its head. The general comparison of TanStack Query visits every field of every
 * entry, which for thousands of files is felt after each written one.
 * @param projectId the project's id
 */
export const filesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.files(projectId),
    queryFn: () => listFiles(projectId),
    structuralSharing: (known, next) => withKnownEntries(known as FileList | undefined, next as FileList),
  });

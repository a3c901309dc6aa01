import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { toast } from "../ui/toast.tsx";
import { ApiError, wordsOf } from "./client.ts";

/** The names under which answers are cached; everything below one project starts with its id. */
export const keys = {
  session: ["session"],
  ready: ["ready"],
  me: ["me"],
  agents: (projectId: string) => ["agents", projectId],
  tokens: ["tokens"],
  webhooks: ["webhooks"],
  deliveries: (id: string) => ["deliveries", id],
  projects: ["projects"],
  project: (id: string) => ["project", id],
  messages: (id: string) => ["project", id, "messages"],
  runs: (id: string) => ["project", id, "runs"],
  files: (id: string) => ["project", id, "files"],
  file: (id: string, path: string) => ["project", id, "file", path],
  blob: (id: string, sha256: string) => ["project", id, "blob", sha256],
  revisions: (id: string) => ["project", id, "revisions"],
  revision: (id: string, number: number) => ["project", id, "revision", number],
  logs: (id: string) => ["project", id, "logs"],
} as const;

const worthRetrying = (failures: number, error: unknown) =>
  failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500);

/** A session that has run out shows as the sign-in page, wherever it is noticed. */
function noticeSignOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(keys.session, null);
}

export const queryClient: QueryClient = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 5_000 } },
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      noticeSignOut(error);
      // A form that shows its own errors says so, and gets no toast besides.
      if (mutation.meta?.shown !== true) toast(wordsOf(error), "bad");
    },
  }),
});

/** Everything that a new revision makes stale. */
export function refreshTree(projectId: string): void {
  for (const key of [keys.files(projectId), keys.revisions(projectId), ["project", projectId, "file"]]) {
    void queryClient.invalidateQueries({ queryKey: key });
  }
  void queryClient.invalidateQueries({ queryKey: keys.project(projectId), exact: true });
}

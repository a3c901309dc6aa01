import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import type { Project } from "../../../worker/contract/index.ts";
import { toast } from "../ui/toast.tsx";
import type { KnownSession } from "./auth.ts";
import { ApiError, errorMessage } from "./client.ts";
import { currentConnectivity, onConnectivityChange } from "./connectivity.ts";

/** The query keys. Every key of one project starts with `project` and its id. */
export const keys = {
  session: ["session"],
  ready: ["ready"],
  me: ["me"],
  usage: (days: number, groupBy: string) => ["usage", days, groupBy],
  admin: (what: string, ...about: (string | number)[]) => ["admin", what, ...about],
  agents: (projectId: string) => ["agents", projectId],
  models: ["models"],
  audit: ["audit"],
  names: ["names"],
  tokens: ["tokens"],
  signedIn: ["signed-in"],
  webhooks: ["webhooks"],
  deliveries: (id: string) => ["deliveries", id],
  variables: (projectId: string) => ["variables", projectId],
  secrets: (projectId: string) => ["secrets", projectId],
  grants: (projectId: string) => ["grants", projectId],
  members: (projectId: string) => ["members", projectId],
  invitations: (projectId: string) => ["invitations", projectId],
  comments: (id: string) => ["project", id, "comments"],
  triggers: (projectId: string) => ["triggers", projectId],
  receipts: (id: string) => ["receipts", id],
  projects: ["projects"],
  /** The projects whose name contains a text. */
  projectSearch: (q: string) => ["projects", { q }],
  project: (id: string) => ["project", id],
  messages: (id: string) => ["project", id, "messages"],
  runs: (id: string) => ["project", id, "runs"],
  undone: (id: string) => ["project", id, "undone"],
  files: (id: string) => ["project", id, "files"],
  file: (id: string, path: string) => ["project", id, "file", path],
  fileAt: (id: string, path: string, revision: number) => ["project", id, "file-at", revision, path],
  blob: (id: string, sha256: string) => ["project", id, "blob", sha256],
  revisions: (id: string) => ["project", id, "revisions"],
  revision: (id: string, number: number) => ["project", id, "revision", number],
  diff: (id: string, from: number, to: number) => ["project", id, "diff", from, to],
  run: (id: string) => ["run", id],
  build: (id: string, number: number) => ["project", id, "build", number],
  /** All of a project's data queries. */
  data: (id: string) => ["project", id, "data"],
  dataSources: (id: string, target: string) => ["project", id, "data", target, "sources"],
  dataTables: (id: string, target: string, source: string) => ["project", id, "data", target, "tables", source],
  dataRows: (id: string, target: string, source: string, input: object) => [
    "project",
    id,
    "data",
    target,
    "rows",
    source,
    input,
  ],
  dataSnapshots: (id: string, target: string) => ["project", id, "data", target, "snapshots"],
  /** One section of a project's publishing page. */
  publishing: (id: string, part: string, ...about: string[]) => ["project", id, "publishing", part, ...about],
  signIn: (id: string) => ["project", id, "secrets", "sign-in"],
  schedules: (id: string, target: string) => ["project", id, "schedules", target],
  logs: (id: string) => ["project", id, "logs"],
} as const;

const worthRetrying = (failures: number, error: unknown) =>
  failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500);

const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

/** Marks the session as expired after a 401, so that the sign-in page is shown. */
function noticeSignOut(error: unknown): void {
  if (!isSignedOut(error)) return;
  queryClient.setQueryData<KnownSession>(keys.session, (known) => (known ? "expired" : null));
}

export const queryClient: QueryClient = new QueryClient({
  // A paused request would neither fail nor show a message, so requests fail immediately while offline.
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: 5_000,
      retry: (failures, error) => currentConnectivity() === "online" && worthRetrying(failures, error),
    },
    mutations: { networkMode: "always" },
  },
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      noticeSignOut(error);
      // A form with `meta.shown` shows its own errors; the sign-in page explains an expired session.
      if (mutation.meta?.shown !== true && !isSignedOut(error)) toast(errorMessage(error), "bad");
    },
  }),
});

// Once the server is reachable again, visible data may be stale or its load may have failed.
onConnectivityChange(() => {
  if (currentConnectivity() === "online") void queryClient.refetchQueries({ type: "active", stale: true });
});

type PolledQuery = { state: { data: unknown; status: string; error: Error | null } };

/** Returns a refetch interval for data that the live feed keeps current: polls only until the first load succeeds. */
export const pollUntilLoaded = ({ state }: PolledQuery): number | false =>
  state.data === undefined && state.status === "error" && worthRetrying(0, state.error) && 5_000;

/**
 * Refetches the active queries of a key. Restarts a first load in flight, since its response may predate the reason for
 * the refetch; TanStack itself restarts later loads.
 */
export async function refetch(queryKey: readonly unknown[], { exact = false } = {}): Promise<void> {
  await queryClient.cancelQueries({ queryKey, exact, predicate: ({ state }) => state.data === undefined });
  await queryClient.invalidateQueries({ queryKey, exact });
}

function refetchTree(projectId: string): void {
  for (const key of [keys.files(projectId), keys.revisions(projectId), ["project", projectId, "file"]]) {
    void refetch(key);
  }
}

/**
 * Moves the project's head to a newer revision, whichever source reported it first, and refetches the data that depends
 * on it. Never moves the head back.
 */
export function moveHead(projectId: string, revision: number): void {
  const project = queryClient.getQueryData<Project>(keys.project(projectId));
  if (project === undefined || revision <= project.head) return;
  queryClient.setQueryData<Project>(keys.project(projectId), { ...project, head: revision });
  refetchTree(projectId);
}

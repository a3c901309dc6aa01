import { keys, pollUntilLoaded } from "../api/queries.ts";
import { listComments } from "../api/sharing.ts";

/** The query of all comments of a project, which the live feed keeps current. */
export const commentsQuery = (projectId: string) => ({
  queryKey: keys.comments(projectId),
  queryFn: () => listComments(projectId),
  refetchInterval: pollUntilLoaded,
});

import { keys, pollUntilLoaded } from "../api/queries.ts";
import { listComments } from "../api/sharing.ts";

/** Returns the query for all comments of a project, which the live feed keeps current. */
export const commentsQuery = (projectId: string) => ({
  queryKey: keys.comments(projectId),
  queryFn: () => listComments(projectId),
  refetchInterval: pollUntilLoaded,
});

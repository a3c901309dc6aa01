import { getReady } from "./account.ts";
import { keys } from "./queries.ts";

/** What the server can do, for whoever opens the page. */
export const readyQuery = { queryKey: keys.ready, queryFn: getReady, staleTime: 60_000, retry: 1 };

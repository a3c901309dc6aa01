import { useMutation, useQuery } from "@tanstack/react-query";
import { getSession, type KnownSession, type Session, signOut } from "../api/auth.ts";
import { keys, queryClient } from "../api/queries.ts";
import { forgetDrafts } from "../chat/drafts.ts";
import { editDraftPrefix, readStored, removeAllStored, removeStored, writeStored } from "../ui/storage.ts";

const hintKey = "edgesmith-signed-in";

/** Whether somebody was signed in on the last visit. Only a hint about which page will probably be shown. */
export const wasSignedIn = (): boolean => readStored("local", hintKey) !== null;

function rememberSession(session: Session): Session {
  if (session === null) removeStored("local", hintKey);
  else writeStored("local", hintKey, "yes");
  return session;
}

/** Reads the session. A session that ended without a sign-out counts as expired. */
async function readSession(): Promise<KnownSession> {
  const before = queryClient.getQueryData<KnownSession>(keys.session);
  return rememberSession(await getSession()) ?? (before ? "expired" : null);
}

/**
 * Returns the session. `user` is null if nobody is signed in, and undefined while loading. `expired` is true after a
 * session that ended without a sign-out.
 */
export function useSession() {
  const query = useQuery({ queryKey: keys.session, queryFn: readSession, staleTime: 5 * 60_000 });
  const session: Session | undefined = query.data === "expired" ? null : query.data;
  const user = session === null ? null : session?.user;
  return { user, expired: query.data === "expired", error: query.error, refetch: query.refetch };
}

/** Deletes all cached data except the session, which the page keeps observing. */
const forgetAll = () =>
  queryClient.removeQueries({
    predicate: (query) => query.queryKey[0] !== keys.session[0] && query.queryKey[0] !== keys.ready[0],
  });

/** Deletes the previous person's data, and reads the new session. */
export async function startSession(): Promise<void> {
  forgetAll();
  await queryClient.fetchQuery({ queryKey: keys.session, queryFn: readSession, staleTime: 0 });
}

export function useSignOut() {
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queryClient.setQueryData<KnownSession>(keys.session, null);
      forgetAll();
      forgetDrafts();
      for (const kind of ["session", "local"] as const) removeAllStored(kind, editDraftPrefix);
      dispatchEvent(new Event("edgesmith-forget"));
    },
  });
}

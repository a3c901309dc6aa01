import { useMutation, useQuery } from "@tanstack/react-query";
import { getSession, type Session, signOut } from "../api/account.ts";
import { keys, queryClient } from "../api/queries.ts";

/** Who is signed in: `user` is null for nobody, undefined while it is not known. */
export function useSession() {
  const query = useQuery({ queryKey: keys.session, queryFn: getSession, staleTime: 5 * 60_000 });
  const user: NonNullable<Session>["user"] | null | undefined = query.data === null ? null : query.data?.user;
  return { user, error: query.error, refetch: query.refetch };
}

/** Everything but the session itself, which the page goes on observing. */
const forgetAll = () =>
  queryClient.removeQueries({
    predicate: (query) => query.queryKey[0] !== keys.session[0] && query.queryKey[0] !== keys.ready[0],
  });

/** Forgets everything of the person before, and asks who is there now. */
export async function startSession(): Promise<void> {
  forgetAll();
  await queryClient.fetchQuery({ queryKey: keys.session, queryFn: getSession, staleTime: 0 });
}

export function useSignOut() {
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queryClient.setQueryData(keys.session, null);
      forgetAll();
    },
  });
}

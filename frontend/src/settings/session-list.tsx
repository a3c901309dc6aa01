import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import type { Session } from "../../../worker/contract/index.ts";
import { endOtherSessions, endSession, listSessions } from "../api/account.ts";
import { pages } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { timeAgo } from "../ui/format.ts";
import { browserIn } from "./browser-in.ts";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.signedIn });

function SessionRow({ session }: { session: Session }) {
  const end = useMutation({ mutationFn: () => endSession(session.id), onSuccess: refresh });
  const browser = browserIn(session.userAgent);
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium" title={session.userAgent ?? undefined}>
          {browser}
          {session.isCurrent && <span className="ml-2 text-xs font-normal text-ember-deep">this device</span>}
        </p>
        <p className="mt-0.5 text-xs text-soft">
          {session.address !== null && `${session.address} · `}signed in {timeAgo(session.createdAt)}
        </p>
      </div>
      {!session.isCurrent && (
        <Button small busy={end.isPending} aria-label={`Sign out ${browser}`} onClick={() => end.mutate()}>
          Sign out
        </Button>
      )}
    </li>
  );
}

export function SessionList() {
  const query = useInfiniteQuery({
    queryKey: keys.signedIn,
    queryFn: ({ pageParam }) => listSessions(pageParam),
    ...pages,
  });
  const endOthers = useMutation({ mutationFn: endOtherSessions, onSuccess: refresh });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const sessions = query.data.pages.flatMap((page) => page.data);
  return (
    <>
      <ul aria-label="Sessions" className="card divide-y divide-line">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <div className="mt-3 flex gap-2 empty:hidden">
        {query.hasNextPage && (
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load more
          </Button>
        )}
        {sessions.length > 1 && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Sign out everywhere else
          </Button>
        )}
      </div>
    </>
  );
}

import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { AccountUpdate, AdminAccount, PlanName } from "../../../worker/contract/index.ts";
import { listAccounts, signOutAccount, updateAccount } from "../api/admin.ts";
import { pages } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { dollars, plural, timeAgo } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { DeleteAccountDialog } from "./delete-account-dialog.tsx";

const typingMs = 250;
const plans: Record<PlanName, true> = { free: true, pro: true, enterprise: true };

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.admin("accounts") });

type Question = { title: string; text: string; action: string; run: () => Promise<unknown> };

/** Returns the confirmation of an action that the account's owner notices at once. */
function questionOf(account: AdminAccount, what: "suspend" | "sign-out"): Question {
  const { id, email } = account;
  if (what === "sign-out")
    return {
      title: `Sign ${email} out everywhere?`,
      text: "Every session and API token ends. Webhooks and triggers stay off until the owner confirms them.",
      action: "Sign out",
      run: () => signOutAccount(id),
    };
  return {
    title: `Suspend ${email}?`,
    text: "Sign-in and all access are refused, runs are cancelled, and published apps go offline.",
    action: "Suspend",
    run: () => updateAccount(id, { suspended: true }),
  };
}

function PlanChoice({ account, change }: { account: AdminAccount; change: (update: AccountUpdate) => void }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Plan of {account.email}
      </label>
      <select
        id={id}
        className="input h-7 w-auto py-0 text-xs"
        value={account.plan}
        onChange={({ target }) => {
          const plan = (Object.keys(plans) as PlanName[]).find((one) => one === target.value);
          if (plan !== undefined) change({ plan });
        }}
      >
        {Object.keys(plans).map((plan) => (
          <option key={plan}>{plan}</option>
        ))}
      </select>
    </>
  );
}

function AccountRow({ account }: { account: AdminAccount }) {
  const [asked, setAsked] = useState<Question | null>(null);
  const [deletes, setDeletes] = useState(false);
  const update = useMutation({
    mutationFn: (change: AccountUpdate) => updateAccount(account.id, change),
    onSuccess: refresh,
  });
  const action = useMutation({
    meta: { shown: true },
    mutationFn: (question: Question) => question.run(),
    onSuccess: () => {
      setAsked(null);
      toast("Done.");
      return refresh();
    },
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-56 flex-1">
        <p className="truncate font-medium">{account.email}</p>
        <p className="text-xs text-soft">
          {account.name} · {plural(account.projects, "project")}, {account.publications} published ·{" "}
          {dollars(account.spentTodayMicroUsd)} today · joined {timeAgo(account.createdAt)}
        </p>
        {account.suspendedAt !== null && <p className="text-xs text-bad">Suspended {timeAgo(account.suspendedAt)}</p>}
        {account.deletionDueAt !== null && <p className="text-xs text-warn">About to be deleted</p>}
      </div>
      <PlanChoice account={account} change={(change) => update.mutate(change)} />
      <Button small aria-label={`Sign out ${account.email}`} onClick={() => setAsked(questionOf(account, "sign-out"))}>
        Sign out
      </Button>
      {account.suspended ? (
        <Button
          small
          busy={update.isPending}
          aria-label={`Unsuspend ${account.email}`}
          onClick={() => update.mutate({ suspended: false })}
        >
          Unsuspend
        </Button>
      ) : (
        <Button
          small
          tone="danger"
          aria-label={`Suspend ${account.email}`}
          onClick={() => setAsked(questionOf(account, "suspend"))}
        >
          Suspend
        </Button>
      )}
      <Button small tone="danger" aria-label={`Delete ${account.email}`} onClick={() => setDeletes(true)}>
        Delete
      </Button>
      {deletes && <DeleteAccountDialog account={account} onClose={() => setDeletes(false)} />}
      {asked !== null && (
        <Confirm
          {...asked}
          busy={action.isPending}
          error={action.error}
          onConfirm={() => action.mutate(asked)}
          onClose={() => {
            action.reset();
            setAsked(null);
          }}
        />
      )}
    </li>
  );
}

function AccountList({ q }: { q: string }) {
  const query = useInfiniteQuery({
    queryKey: keys.admin("accounts", q),
    queryFn: ({ pageParam }) => listAccounts(q, pageParam),
    placeholderData: keepPreviousData,
    ...pages,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const accounts = query.data.pages.flatMap(({ data }) => data);
  if (accounts.length === 0) return <p className="text-sm text-soft">No account matches.</p>;
  return (
    <>
      <ul aria-label="Accounts" className="card divide-y divide-line">
        {accounts.map((account) => (
          <AccountRow key={account.id} account={account} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}

export function AccountsTab() {
  const [typed, setTyped] = useState("");
  const q = useDebounced(typed.trim(), typingMs);
  return (
    <Section title="Accounts" note="The newest first.">
      <input
        type="search"
        aria-label="Search accounts"
        placeholder="Address, name or id"
        className="input mb-3 max-w-sm"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <AccountList q={q} />
    </Section>
  );
}

import { useQuery } from "@tanstack/react-query";
import { getMe } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { AccountNotices } from "./account-notices.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { PasswordForm } from "./password-form.tsx";
import { Section } from "./section.tsx";
import { SessionList } from "./session-list.tsx";

export function SecurityTab() {
  const query = useQuery({ queryKey: keys.me, queryFn: getMe });
  if (query.isPending) return <Skeleton lines={5} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const me = query.data;
  return (
    <>
      <AccountNotices me={me} />
      <Section title="Password">
        <PasswordForm />
      </Section>
      <Section title="Sessions" note="Where you are signed in. A session ends 30 days after its last use.">
        <SessionList />
      </Section>
      <Section title="Your data" note="Export or delete everything this account holds.">
        <DeleteAccount me={me} />
      </Section>
    </>
  );
}

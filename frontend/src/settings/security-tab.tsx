import { useQuery } from "@tanstack/react-query";
import { getMe } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { AccountNotices } from "./account-notices.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactor } from "./second-factor.tsx";
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
      <Section title="Two-step sign-in" note="A code from an authenticator app, as well as your password.">
        <SecondFactor me={me} />
      </Section>
      <Section title="Sessions" note="Where you're signed in. Sessions end after 30 days without use.">
        <SessionList />
      </Section>
      <Section title="Your data" note="Export or delete everything in your account.">
        <DeleteAccount me={me} />
      </Section>
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { getMe } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useScrollIntoView } from "../ui/use-scroll-into-view.ts";
import { AccountTab } from "./account-tab.tsx";
import { ActivityTab } from "./activity-tab.tsx";
import { SecurityTab } from "./security-tab.tsx";
import { TokensTab } from "./tokens-tab.tsx";
import { TriggersTab } from "./triggers-tab.tsx";
import { UsageTab } from "./usage-tab.tsx";
import { WebhooksTab } from "./webhooks-tab.tsx";

const account = { name: "account", title: "Account", Body: AccountTab };
const tabs = [
  account,
  { name: "security", title: "Security", Body: SecurityTab },
  { name: "usage", title: "Usage", Body: UsageTab },
  { name: "tokens", title: "API tokens", Body: TokensTab },
  { name: "webhooks", title: "Webhooks", Body: WebhooksTab },
  { name: "triggers", title: "Triggers", Body: TriggersTab },
  { name: "activity", title: "Activity", Body: ActivityTab },
];

export default function SettingsPage({ tab = "account" }: { tab?: string | undefined }) {
  const { data: me } = useQuery({ queryKey: keys.me, queryFn: getMe });
  const open = tabs.find((one) => one.name === tab) ?? account;
  const links = useScrollIntoView<HTMLElement>(open.name);
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title={`${open.title} · Settings`}>Settings</PageHeading>
      </Header>
      <div className="mx-auto grid w-full max-w-5xl flex-1 content-start gap-8 px-4 py-8 sm:px-6 md:grid-cols-[11rem_1fr]">
        <nav ref={links} aria-label="Settings" className="flex gap-1 overflow-x-auto md:flex-col">
          {tabs.map((one) => (
            <Link
              key={one.name}
              href={`/settings/${one.name}`}
              aria-current={one === open ? "page" : undefined}
              className="rounded-md px-3 py-1.5 text-sm whitespace-nowrap text-soft hover:bg-sunken hover:text-ink aria-[current=page]:bg-ember-wash aria-[current=page]:font-medium aria-[current=page]:text-ember-deep"
            >
              {one.title}
            </Link>
          ))}
          {me?.isAdmin && (
            <Link
              href="/admin"
              className="rounded-md px-3 py-1.5 text-sm whitespace-nowrap text-soft hover:bg-sunken hover:text-ink"
            >
              Administration
            </Link>
          )}
        </nav>
        <main className="min-w-0">
          <open.Body />
        </main>
      </div>
    </div>
  );
}

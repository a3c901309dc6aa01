import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { getMe } from "../api/account.ts";
import { keys } from "../api/queries.ts";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { Header } from "../ui/header.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { useScrollIntoView } from "../ui/use-scroll-into-view.ts";
import { AccountsTab } from "./accounts-tab.tsx";
import { AlertsTab } from "./alerts-tab.tsx";
import { AppsTab } from "./apps-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { SpendTab } from "./spend-tab.tsx";
import { TracesTab } from "./traces-tab.tsx";

const overview = { name: "overview", title: "Overview", Body: OverviewTab };
const tabs = [
  overview,
  { name: "spend", title: "Spend", Body: SpendTab },
  { name: "alerts", title: "Alerts", Body: AlertsTab },
  { name: "accounts", title: "Accounts", Body: AccountsTab },
  { name: "traces", title: "Traces", Body: TracesTab },
  { name: "apps", title: "Published apps", Body: AppsTab },
];
type Tab = (typeof tabs)[number];

function Tabs({ open }: { open: Tab }) {
  const links = useScrollIntoView<HTMLElement>(open.name);
  return (
    <div className="mx-auto w-full max-w-6xl flex-1 px-4 py-6 sm:px-6">
      <nav ref={links} aria-label="Administration" className="mb-6 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((one) => (
          <Link
            key={one.name}
            href={`/admin/${one.name}`}
            aria-current={one === open ? "page" : undefined}
            className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap text-soft hover:text-ink aria-[current=page]:border-ember aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {one.title}
          </Link>
        ))}
      </nav>
      <main className="min-w-0">
        <open.Body />
      </main>
    </div>
  );
}

function SecondFactorNeeded() {
  return (
    <Empty title="The administration needs two-step sign-in.">
      <Link href="/settings/security" className="font-medium text-ember-deep underline underline-offset-4">
        Set it up, or enter a code
      </Link>
    </Empty>
  );
}

/** The administration pages for the platform's operators. Everybody else gets "not found". */
export default function AdminPage({ tab = "overview" }: { tab?: string | undefined }) {
  const open = tabs.find(({ name }) => name === tab) ?? overview;
  const { data: me, error, refetch } = useQuery({ queryKey: keys.me, queryFn: getMe });
  const needsCode = me?.secondFactor.required === true && !me.secondFactor.verified;
  const title = me?.isAdmin ? `${open.title} · Administration` : "Page not found";
  return (
    <div className="flex min-h-full flex-col">
      <Header>
        <PageHeading title={title}>{me?.isAdmin ? "Administration" : title}</PageHeading>
      </Header>
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {me === undefined && error === null && <Skeleton />}
      {me?.isAdmin === true && (needsCode ? <SecondFactorNeeded /> : <Tabs open={open} />)}
      {me?.isAdmin === false && <Empty title="Your account doesn't have access to this page." />}
    </div>
  );
}

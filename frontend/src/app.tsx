import { lazy, type ReactNode, Suspense } from "react";
import { Link, Redirect, Route, Switch, useSearch } from "wouter";
import { projectsQuery } from "./api/projects.ts";
import { queryClient } from "./api/queries.ts";
import { Opening } from "./projects/opening.tsx";
import { ProjectsPage } from "./projects/projects-page.tsx";
import { redirectTargetIn } from "./sign-in/redirect-target.ts";
import { useSession, wasSignedIn } from "./sign-in/use-session.ts";
import { ConnectionBar } from "./ui/connection-bar.tsx";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { Empty, Failure, Skeleton } from "./ui/feedback.tsx";
import { Header } from "./ui/header.tsx";
import { loadChunk } from "./ui/load-chunk.ts";
import { NoticeBar } from "./ui/notice-bar.tsx";
import { PageHeading } from "./ui/page-heading.tsx";
import { Toasts } from "./ui/toast.tsx";

const workspace = () => import("./workspace/workspace-page.tsx");
const signIn = () => import("./sign-in/sign-in-page.tsx");
const newPassword = () => import("./sign-in/new-password.tsx");

const SignInPage = lazy(() => loadChunk(signIn));
const ForgotPasswordPage = lazy(() => loadChunk(newPassword).then((page) => ({ default: page.ForgotPasswordPage })));
const ResetPasswordPage = lazy(() => loadChunk(newPassword).then((page) => ({ default: page.ResetPasswordPage })));
const OpenPreviewPage = lazy(() => loadChunk(() => import("./preview/open-preview-page.tsx")));
const WorkspacePage = lazy(() => loadChunk(workspace));
const AppSettingsPage = lazy(() => loadChunk(() => import("./app-settings/app-settings-page.tsx")));
const PublishingPage = lazy(() => loadChunk(() => import("./publishing/publishing-page.tsx")));
const AgentsPage = lazy(() => loadChunk(() => import("./agents/agents-page.tsx")));
const AdminPage = lazy(() => loadChunk(() => import("./admin/admin-page.tsx")));
const InvitationPage = lazy(() => loadChunk(() => import("./sharing/invitation-page.tsx")));
const TemplatesPage = lazy(() => loadChunk(() => import("./templates/templates-page.tsx")));
const CopyPage = lazy(() => loadChunk(() => import("./projects/copy-page.tsx")));
const SettingsPage = lazy(() => loadChunk(() => import("./settings/settings-page.tsx")));

/** Whether the first page is probably the list of projects. */
const isProjectsLikely = (): boolean => location.pathname === "/" && wasSignedIn();

/**
 * Preloads the page that will probably be shown while the session is loading, so that the two loads run in parallel.
 * The page itself retries a failed load and shows its error.
 */
export function preloadPage(): void {
  if (isProjectsLikely()) void queryClient.prefetchInfiniteQuery(projectsQuery(""));
  const isWorkspace = /^\/projects\/[^/]+$/.test(location.pathname);
  const load = !wasSignedIn() ? signIn : isWorkspace ? workspace : null;
  load?.().catch((error: unknown) => console.warn("The page couldn't be loaded ahead.", error));
}

function NoSuchPage() {
  return (
    <>
      <Header>
        <PageHeading title="Page not found" />
      </Header>
      <main>
        <Empty title="It may have moved, or the link may be wrong.">
          <Link href="/" className="underline underline-offset-3">
            Go to your projects
          </Link>
        </Empty>
      </main>
    </>
  );
}

function SignedInRoutes() {
  const place = redirectTargetIn(useSearch());
  return (
    <Switch>
      <Route path="/">
        <ProjectsPage />
      </Route>
      <Route path="/projects/:id">{({ id }) => <WorkspacePage key={id} projectId={id} />}</Route>
      <Route path="/projects/:id/preview">{({ id }) => <OpenPreviewPage key={id} projectId={id} />}</Route>
      <Route path="/projects/:id/agents">{({ id }) => <AgentsPage key={id} projectId={id} />}</Route>
      <Route path="/projects/:id/settings">{({ id }) => <AppSettingsPage key={id} projectId={id} />}</Route>
      <Route path="/invitation">
        <InvitationPage />
      </Route>
      <Route path="/copy">
        <CopyPage />
      </Route>
      <Route path="/templates">
        <TemplatesPage />
      </Route>
      <Route path="/projects/:id/publishing">{({ id }) => <PublishingPage key={id} projectId={id} />}</Route>
      <Route path="/settings/:tab?">{({ tab }) => <SettingsPage tab={tab} />}</Route>
      <Route path="/admin/:tab?">{({ tab }) => <AdminPage tab={tab} />}</Route>
      <Route path="/sign-in">
        <Redirect to={place} replace />
      </Route>
      <Route path="/sign-up">
        <Redirect to={place} replace />
      </Route>
      <Route path="/forgot-password">
        <Redirect to="/" replace />
      </Route>
      {/* A signed-in person may have forgotten the password too. */}
      <Route path="/reset-password">
        <ResetPasswordPage />
      </Route>
      <Route>
        <NoSuchPage />
      </Route>
    </Switch>
  );
}

/** Shows the sign-in page at the requested URL, so that a shared link works after signing in. */
function SignedOutRoutes({ expired }: { expired: boolean }) {
  return (
    <Switch>
      <Route path="/sign-up">
        <SignInPage isNew expired={false} />
      </Route>
      <Route path="/forgot-password">
        <ForgotPasswordPage />
      </Route>
      <Route path="/reset-password">
        <ResetPasswordPage />
      </Route>
      <Route>
        <SignInPage isNew={false} expired={expired} />
      </Route>
    </Switch>
  );
}

function Pages(): ReactNode {
  const { user, expired, error, refetch } = useSession();
  if (user === null) return <SignedOutRoutes expired={expired} />;
  if (user !== undefined) return <SignedInRoutes />;
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  return isProjectsLikely() ? <Opening /> : <Skeleton />;
}

export function App() {
  return (
    <div className="flex h-full flex-col">
      <ConnectionBar />
      <NoticeBar />
      <div className="min-h-0 flex-1 overflow-auto">
        <ErrorBoundary>
          <Suspense fallback={<Skeleton />}>
            <Pages />
          </Suspense>
        </ErrorBoundary>
      </div>
      <Toasts />
    </div>
  );
}

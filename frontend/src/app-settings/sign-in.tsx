import { useQuery } from "@tanstack/react-query";
import { getSignInSettings } from "../api/app-environment.ts";
import { keys } from "../api/queries.ts";
import { CopyRow } from "../publishing/copy-row.tsx";
import { Section } from "../settings/section.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";

type Provider = Awaited<ReturnType<typeof getSignInSettings>>["providers"][number];

const note =
  "Let visitors sign in with GitHub or Google. Register an OAuth app there with this callback address, and set its client id and secret as secrets above.";

const titles: Record<Provider["provider"], string> = { github: "GitHub", google: "Google" };

/** Describes which apps a provider's sign-in is set up for. */
function stateOf({ preview, public: published }: Provider): string {
  if (preview && published) return "On in the preview and the published app";
  if (preview) return "On in the preview";
  return published ? "On in the published app" : "Off";
}

/** Shows the callback URL to register with providers, and which providers are set up. */
export function SignIn({ projectId }: { projectId: string }) {
  const query = useQuery({ queryKey: keys.signIn(projectId), queryFn: () => getSignInSettings(projectId) });
  return (
    <Section title="Sign-in with GitHub and Google" note={note}>
      {query.isPending && <Skeleton lines={2} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <>
          <CopyRow label="Callback address" value={query.data.callbackUrl} />
          <ul aria-label="Providers" className="card mt-4 divide-y divide-line">
            {query.data.providers.map((provider) => (
              <li key={provider.provider} className="px-4 py-3">
                <p className="text-sm">
                  {titles[provider.provider]}: {stateOf(provider)}
                </p>
                <p className="stamp mt-1 wrap-anywhere text-soft">
                  {provider.clientIdSecret}, {provider.clientSecretSecret}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

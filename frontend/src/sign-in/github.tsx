import { useMutation, useQuery } from "@tanstack/react-query";
import { signInWithGitHub } from "../api/auth.ts";
import { readyQuery } from "../api/ready.ts";
import { Button } from "../ui/button.tsx";
import { withRedirectTarget } from "./redirect-target.ts";

const words: Record<string, string> = {
  access_denied: "GitHub sign-in was cancelled.",
  account_not_linked: "An account with this email already exists. Sign in with its password.",
  account_suspended: "This account is suspended. Contact support.",
  token_expired: "This link has expired. Sign in to get a new one.",
  invalid_token: "This link isn't valid. Sign in to get a new one.",
  email_not_found: "Your GitHub account has no email address. Add one on GitHub and try again.",
  state_mismatch: "GitHub sign-in timed out. Try again.",
  please_restart_the_process: "GitHub sign-in timed out. Try again.",
};

/** Returns the message for a failed GitHub sign-in, from the URL's query; null if there was no failure. */
export function gitHubErrorIn(search: string): string | null {
  const code = new URLSearchParams(search).get("error");
  if (code === null) return null;
  return words[code.toLowerCase().replaceAll(" ", "_")] ?? "GitHub sign-in failed. Try again.";
}

/** GitHub's logo, which icon sets are not allowed to include. */
const Mark = () => (
  <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
    <path d="M8 0C3.58 0 0 3.58 0 8c0 3.54 2.29 6.53 5.47 7.59.4.07.55-.17.55-.38 0-.19-.01-.82-.01-1.49-2.01.37-2.53-.49-2.69-.94-.09-.23-.48-.94-.82-1.13-.28-.15-.68-.52-.01-.53.63-.01 1.08.58 1.23.82.72 1.21 1.87.87 2.33.66.07-.52.28-.87.51-1.07-1.78-.2-3.64-.89-3.64-3.95 0-.87.31-1.59.82-2.15-.08-.2-.36-1.02.08-2.12 0 0 .67-.21 2.2.82.64-.18 1.32-.27 2-.27s1.36.09 2 .27c1.53-1.04 2.2-.82 2.2-.82.44 1.1.16 1.92.08 2.12.51.56.82 1.27.82 2.15 0 3.07-1.87 3.75-3.65 3.95.29.25.54.73.54 1.48 0 1.07-.01 1.93-.01 2.2 0 .21.15.46.55.38A8.01 8.01 0 0 0 16 8c0-4.42-3.58-8-8-8z" />
  </svg>
);

/** Signs in or up with GitHub, if the server offers it. */
export function GitHubButton({ place }: { place: string }) {
  // An older server, as during a deployment, lacks this field.
  const offered = useQuery(readyQuery).data?.signIn?.github === true;
  const go = useMutation({
    mutationFn: () => signInWithGitHub({ callbackURL: place, errorCallbackURL: withRedirectTarget("/sign-in", place) }),
    onSuccess: (url) => location.assign(url),
  });
  if (!offered) return null;
  return (
    <>
      <Button className="h-10 w-full" busy={go.isPending || go.isSuccess} onClick={() => go.mutate()}>
        <Mark /> Continue with GitHub
      </Button>
      <p className="my-4 flex items-center gap-3 text-xs text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
    </>
  );
}

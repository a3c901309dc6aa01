import type { ProviderName, SignInProvider } from "../../worker/contract/sign-in-rpc.ts";
import { escapeHtml, page } from "../gateway/pages.ts";
import type { OwnAccount } from "./app-people.ts";
import { PEOPLE_PATHS } from "./people-paths.ts";
import type { SignInProblem } from "./provider-sign-ins.ts";

// The sign-in pages on an app's own origin. They contain no scripts and load no resources.

const { signIn, signOut, link, account } = PEOPLE_PATHS;

/** A message above a form: the reason why the last attempt failed, or its result. */
export type Said = { kind: "error" | "done"; text: string };

const said = (message: Said | null): string =>
  message === null ? "" : `<p role="${message.kind === "error" ? "alert" : "status"}">${escapeHtml(message.text)}</p>`;

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

const field = (label: string, attributes: string): string => `<label>${label}<input ${attributes}></label>`;

/**
 * Prevents the app from framing a page of the platform for clickjacking.
 * @param formTargets origins to which a form redirects; browsers apply the policy to redirects too
 */
function own(response: Response, formTargets: string[] = []): Response {
  const targets = ["'self'", ...formTargets].join(" ");
  response.headers.set(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'unsafe-inline'; form-action ${targets}`,
  );
  return response;
}

type SignIn = {
  to: string;
  email: string;
  message: Said | null;
  canMail: boolean;
  providers: SignInProvider[];
  /** Whether another site frames this page, which providers refuse. */
  inFrame: boolean;
  status?: number;
};

/** Renders the buttons of the providers or, in a frame, the reason why there are none. */
function providerForms({ providers, inFrame, to }: SignIn): string {
  if (providers.length === 0) return "";
  const titles = providers.map(({ provider }) => providerTitles[provider]);
  if (inFrame) return `<p>To sign in with ${titles.join(" or ")}, open the app in a tab of its own.</p>`;
  const buttons = providers.map(
    ({ provider }, index) =>
      `<form method="post" action="${PEOPLE_PATHS.provider}">${hidden("to", to)}${hidden("provider", provider)}<button>Continue with ${titles[index]}</button></form>`,
  );
  return buttons.join("");
}

const providerTitles: Record<ProviderName, string> = { github: "GitHub", google: "Google" };

const problems: Record<SignInProblem, (title: string) => string> = {
  cancelled: (title) => `You cancelled the sign-in at ${title}.`,
  refused: (title) =>
    `${title} did not accept the sign-in. Try again. If that doesn't help, the app's owner must check the app's client id and secret.`,
  unverified: (title) => `Your ${title} account has no verified email address. Verify it there, then try again.`,
  unreachable: (title) => `${title} can't be reached just now. Try again shortly, or use a link by email.`,
  expired: () => "The sign-in took too long, or began in another browser. Try again.",
  conflict: (title) =>
    `Your email address belongs to another ${title} account in this app. Sign in with a link by email instead.`,
  not_invited: () => "This app is for invited people. Ask its owner for an invitation.",
  full: () => "This app can't accept more people right now.",
};

/** Returns the message for a failed sign-in with a provider; null for an address without a known problem. */
export function problemSaid(parameters: URLSearchParams): Said | null {
  const problem = parameters.get("problem") ?? "";
  if (!Object.hasOwn(problems, problem)) return null;
  const provider = parameters.get("provider") ?? "";
  const title = Object.hasOwn(providerTitles, provider) ? providerTitles[provider as ProviderName] : "The provider";
  return { kind: "error", text: problems[problem as SignInProblem](title) };
}

/** Renders the sign-in form: provider, link by mail, or password. */
export function signInPage(about: SignIn): Response {
  const { to, email, message, canMail, providers, status = 200 } = about;
  const mailing = canMail
    ? '<button name="action" value="link">Email me a link</button>'
    : "<p>This app can't send email. Ask its owner for an invitation link, or sign in with your password.</p>";
  const form = `<form method="post" action="${signIn}">${hidden("to", to)}${field("Email", `name="email" type="email" autocomplete="username" maxlength="254" required value="${escapeHtml(email)}"`)}
${field("Password", 'name="password" type="password" autocomplete="current-password" maxlength="128"')}
<div><button name="action" value="password">Sign in with password</button> ${mailing}</div></form>
<p>New here, or no password yet? Use the link: you can set a password afterwards.</p>`;
  const targets = providers.map(({ authorizeUrl }) => new URL(authorizeUrl).origin);
  return own(page(status, "Sign in", said(message) + providerForms(about) + form), targets);
}

/** Renders the page that reports a sent link, whether or not the address may sign in. */
export function linkSentPage(email: string): Response {
  const text = `If ${email} may sign in to this app, a link is on its way. It works once, within 15 minutes.`;
  return own(page(200, "Check your email", `<p role="status">${escapeHtml(text)}</p>`));
}

/** Asks for confirmation before a link is consumed: mail scanners open links, but press no buttons. */
export function confirmLinkPage({ email, token, to }: { email: string; token: string; to: string }): Response {
  const form = `<form method="post" action="${link}">${hidden("token", token)}${hidden("to", to)}<div><button>Sign in as ${escapeHtml(email)}</button></div></form>`;
  return own(page(200, "Sign in", form));
}

/** Returns the page for a used or expired link. */
export function expiredLinkPage(): Response {
  const text = `<p role="alert">The link has expired or was used already.</p><p><a href="${signIn}">Get a new link</a></p>`;
  return own(page(410, "This link has expired", text));
}

/** Renders a person's own account with this app. */
export function accountPage({ user, hasPassword, fresh }: OwnAccount, message: Said | null, status = 200): Response {
  const password = fresh
    ? `<form method="post" action="${account}">${hidden("action", "password")}${field(hasPassword ? "New password" : "Password", 'name="password" type="password" autocomplete="new-password" minlength="10" maxlength="128" required')}<div><button>Set password</button></div></form>`
    : `<p>To set a password, sign out and sign in again.</p>`;
  const body = `<p>You are signed in as <strong>${escapeHtml(user.email)}</strong>.</p>
<form method="post" action="${account}">${hidden("action", "name")}${field("Name", `name="name" autocomplete="name" maxlength="100" value="${escapeHtml(user.name)}"`)}<div><button>Save name</button></div></form>
<h2>Password</h2>${password}
<h2>Sessions</h2>${signOutForm("/")}
<form method="post" action="${account}">${hidden("action", "sign-out-everywhere")}<div><button>Sign out everywhere</button></div></form><p><a href="/">Back to the app</a></p>`;
  return own(page(status, "Your account", said(message) + body));
}

const signOutForm = (to: string): string =>
  `<form method="post" action="${signOut}">${hidden("to", to)}<div><button>Sign out</button></div></form>`;

/**
 * Returns the page that asks whether to sign out.
 * @param to path to return to
 */
export const signOutPage = (to: string): Response => own(page(200, "Sign out", signOutForm(to)));

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const TIMEOUT_MS = 120_000;

/** The project that receives the source maps. The token needs the scope `project:releases`. */
export type SentryProject = { url: string; token: string; org: string; project: string };

const variables = z.object({
  SENTRY_AUTH_TOKEN: z.string().min(1),
  SENTRY_ORG: z.string().min(1),
  SENTRY_PROJECT: z.string().min(1),
  SENTRY_URL: z.url().default("https://sentry.io"),
});

/**
 * Reads the project of SENTRY_AUTH_TOKEN, SENTRY_ORG and SENTRY_PROJECT.
 * @returns null without a token
 * @throws Error when the token is set without the other two
 */
export function sentryProject(environment: NodeJS.ProcessEnv): SentryProject | null {
  if (!environment.SENTRY_AUTH_TOKEN) return null;
  const {
    SENTRY_AUTH_TOKEN: token,
    SENTRY_ORG: org,
    SENTRY_PROJECT: project,
    SENTRY_URL: url,
  } = variables.parse(environment);
  return { url, token, org, project };
}

/**
 * Uploads the scripts of a bundle with their source maps as files of a release, so that Sentry shows the lines of the
 * sources (https://docs.sentry.io/api/releases/).
 * @param bundle a folder that wrangler wrote
 * @returns the number of uploaded files
 * @throws Error with Sentry's response
 */
export async function uploadSourceMaps(sentry: SentryProject, release: string, bundle: string): Promise<number> {
  const { url, org, project } = sentry;
  await send(sentry, `${url}/api/0/organizations/${org}/releases/`, {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ version: release, projects: [project] }),
  });
  const files = readdirSync(bundle).filter((name) => /\.js(\.map)?$/.test(name));
  for (const name of files) {
    const form = new FormData();
    form.set("name", `~/${name}`);
    form.set("file", new Blob([readFileSync(join(bundle, name))]), name);
    const path = `/api/0/projects/${org}/${project}/releases/${encodeURIComponent(release)}/files/`;
    await send(sentry, `${url}${path}`, { body: form });
  }
  return files.length;
}

/** Accepts 208 and 409: an earlier attempt of the same deployment has already uploaded it. */
async function send({ token }: SentryProject, url: string, init: RequestInit): Promise<void> {
  const headers = { ...init.headers, Authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (!response.ok && response.status !== 409) {
    throw new Error(`Sentry: POST ${new URL(url).pathname}: ${response.status} ${text.slice(0, 300)}`);
  }
}

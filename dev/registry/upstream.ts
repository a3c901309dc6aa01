import { execFile } from "node:child_process";
import { promisify } from "node:util";

const PUBLIC_REGISTRY = "https://registry.npmjs.org/";

/** The registry npm itself is configured with (environment, .npmrc), with a slash at the end. */
export async function configuredRegistry(): Promise<URL> {
  const given = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY ?? (await askNpm());
  return new URL(given.endsWith("/") ? given : `${given}/`);
}

async function askNpm(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("npm", ["config", "get", "registry"], { timeout: 10_000 });
    return URL.canParse(stdout.trim()) ? stdout.trim() : PUBLIC_REGISTRY;
  } catch {
    return PUBLIC_REGISTRY; // No npm on the PATH: then nobody has configured another registry either.
  }
}

/**
 * Points the archives that a packument names at the pass-through. Archives on the public registry's host are meant to
 * come from the configured one, as npm does it; those on any other host stay as they are.
 */
export function rewriteArchives(packument: string, upstream: URL, own: string): string {
  const hosts = [PUBLIC_REGISTRY, upstream.href];
  return JSON.stringify(JSON.parse(packument), (key, value: unknown) => {
    if (key !== "tarball" || typeof value !== "string") return value;
    const host = hosts.find((candidate) => value.startsWith(candidate));
    return host === undefined ? value : own + value.slice(host.length);
  });
}

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { promisify } from "node:util";

const PUBLIC_REGISTRY = "https://registry.npmjs.org/";

/** Returns the registry that npm is configured with (environment, .npmrc), with a trailing slash. */
export async function configuredRegistry(): Promise<URL> {
  const [configuredByNpm, authority] = await Promise.all([askNpm("registry"), askNpm("cafile")]);
  if (authority !== null) trust(authority);
  const configured = configuredByNpm !== null && URL.canParse(configuredByNpm) ? configuredByNpm : PUBLIC_REGISTRY;
  const configuredUrl = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY ?? configured;
  return new URL(configuredUrl.endsWith("/") ? configuredUrl : `${configuredUrl}/`);
}

/**
 * Reads a setting of npm's.
 * @returns null when it is unset or npm is not installed
 */
async function askNpm(key: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("npm", ["config", "get", key], { timeout: 10_000 });
    const value = stdout.trim();
    return value === "" || value === "null" || value === "undefined" ? null : value;
  } catch {
    return null;
  }
}

/**
 * Trusts the certificate authority that npm is configured with: behind an intercepting proxy, this process needs it
 * too.
 */
function trust(file: string): void {
  try {
    const authorities = readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    setDefaultCACertificates([...new Set([...getCACertificates("default"), ...(authorities ?? [])])]);
  } catch (error) {
    console.warn(`Couldn't use npm's cafile ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Rewrites the archive URLs of a packument to the local registry. Archives on the public registry's host are fetched
 * from the configured registry, as npm does; URLs on any other host stay unchanged.
 */
export function rewriteArchives(packument: string, upstream: URL, own: string): string {
  const hosts = [PUBLIC_REGISTRY, upstream.href];
  return JSON.stringify(JSON.parse(packument), (key, value: unknown) => {
    if (key !== "tarball" || typeof value !== "string") return value;
    const host = hosts.find((candidate) => value.startsWith(candidate));
    return host === undefined ? value : own + value.slice(host.length);
  });
}

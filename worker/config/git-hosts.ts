import { parse } from "tldts";
import { isLoopback } from "./sites.ts";

const gitHostKinds = ["github", "gitlab", "gitea"] as const;

/** The software of a Git host, which determines the addresses of its archives; Forgejo has those of Gitea. */
export type GitHostKind = (typeof gitHostKinds)[number];

/** A host from which projects are imported by address. `host` has a port where it is not the protocol's own. */
export type GitHost = { kind: GitHostKind; host: string; origin: string };

const knownHosts: Record<string, GitHostKind> = {
  "github.com": "github",
  "gitlab.com": "gitlab",
  "codeberg.org": "gitea",
};

const isKind = (text: string): text is GitHostKind => gitHostKinds.some((kind) => kind === text);

/**
 * Parses IMPORT_HOSTS: hosts, separated by commas, such as `github.com, gitea:git.example.org`.
 * @param isLocal whether to allow hosts of this machine, which are called over http
 * @returns null where a host is malformed, private, or of unknown software
 */
export function parseGitHosts(list: string, isLocal: boolean): GitHost[] | null {
  const parts = list.split(",").map((part) => part.trim());
  const hosts = parts.filter((part) => part !== "").map((part) => parseGitHost(part, isLocal));
  const valid = hosts.filter((host) => host !== null);
  return valid.length === hosts.length ? valid : null;
}

function parseGitHost(text: string, isLocal: boolean): GitHost | null {
  const [, prefix, host = ""] = /^(?:(github|gitlab|gitea):)?([a-z0-9.-]+(?::\d{1,5})?)$/.exec(text) ?? [];
  const kind = prefix ?? knownHosts[host];
  if (kind === undefined || !isKind(kind) || !URL.canParse(`https://${host}`)) return null;
  const { hostname } = new URL(`https://${host}`);
  if (isLocal && isLoopback(hostname)) return { kind, host, origin: `http://${host}` };
  // A name below a suffix of the Public Suffix List: neither an address nor a private network's name has one.
  const { isIcann, isPrivate } = parse(hostname, { allowPrivateDomains: true });
  return isIcann === true || isPrivate === true ? { kind, host, origin: `https://${host}` } : null;
}

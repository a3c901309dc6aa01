import type { GitHost } from "../../config/index.ts";
import { AppError } from "../../errors.ts";

/** A repository at a configured host. `ref` is a branch, a tag or a commit; null for the default branch. */
export type RepositoryAddress = { host: GitHost; path: string; name: string; ref: string | null; folder: string };

export type Chosen = { url: string; ref?: string | undefined; folder?: string | undefined };

const refused = (detail: string, hosts: GitHost[]) =>
  new AppError("import_refused", detail, { members: { hosts: hosts.map(({ host }) => host) } });

/**
 * Parses a repository's address as copied from a browser: of the repository, of a branch or tag, or of a folder in it.
 * @param hosts the configured hosts
 * @throws AppError `imports_not_configured` without a host, `import_refused` with the fault in words
 */
export function parseRepositoryAddress({ url, ref, folder }: Chosen, hosts: GitHost[]): RepositoryAddress {
  if (hosts.length === 0) {
    const detail = "Imports by address are not set up. The operator has to configure IMPORT_HOSTS.";
    throw new AppError("imports_not_configured", detail);
  }
  const text = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  const address = URL.canParse(text) ? new URL(text) : null;
  const host = hosts.find(({ origin }) => address?.origin === origin);
  const names = hosts.map((one) => one.host).join(", ");
  if (address === null || host === undefined || address.username !== "" || address.password !== "") {
    throw refused(`Only repositories at ${names} can be imported, by their https address.`, hosts);
  }
  const segments = segmentsOf(address.pathname);
  const found = segments === null ? null : places[host.kind](segments);
  if (found === null || !found.path.every(isName) || found.path.length < 2) {
    throw refused(`This is not the address of a repository, such as ${host.origin}/owner/repository.`, hosts);
  }
  const chosenRef = ref ?? found.ref;
  const chosenFolder = folder ?? found.folder.join("/");
  if (chosenRef !== null && !isRef(chosenRef)) throw refused("This is not the name of a branch, tag or commit.", hosts);
  const last = (found.path.at(-1) ?? "").replace(/\.git$/, "");
  const path = [...found.path.slice(0, -1), last].join("/");
  return { host, path, name: last, ref: chosenRef, folder: chosenFolder.replace(/^\/+|\/+$/g, "") };
}

function segmentsOf(pathname: string): string[] | null {
  try {
    return pathname
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    // An invalid percent-encoding, which no host shows in an address.
    return null;
  }
}

/** A part of a repository's path: characters that these hosts allow and that have no meaning in an address. */
const isName = (segment: string): boolean => /^[\w.-]{1,100}$/.test(segment) && !/^\.+$/.test(segment);

/** A ref that Git allows (git-check-ref-format), in characters that need no escape in an address. */
const isRef = (ref: string): boolean =>
  /^[\w.@+-][\w.@+/-]{0,199}$/.test(ref) && !/\.\.|\/\/|@\{|(?:^|\/)\.|\.lock(?:\/|$)|[/.]$/.test(ref);

type Place = { path: string[]; ref: string | null; folder: string[] };

const whole = (path: string[]): Place => ({ path, ref: null, folder: [] });

/** The ref that an address names is one segment, since a slash after it may begin a folder. */
const at = (path: string[], [ref, ...folder]: string[]): Place | null =>
  ref === undefined ? null : { path, ref, folder };

/** The path, ref and folder that the segments of an address name, by the host's software. */
const places: Record<GitHost["kind"], (segments: string[]) => Place | null> = {
  github: ([owner = "", name = "", kind, ...rest]) => {
    const path = [owner, name];
    if (kind === undefined) return whole(path);
    if (kind === "tree" || kind === "commit") return at(path, rest);
    return kind === "releases" && rest[0] === "tag" ? at(path, rest.slice(1)) : null;
  },
  gitea: ([owner = "", name = "", kind, sort, ...rest]) => {
    const path = [owner, name];
    if (kind === undefined) return whole(path);
    if (kind === "commit" && sort !== undefined) return at(path, [sort]);
    const isRefKind = sort === "branch" || sort === "tag" || sort === "commit";
    return (kind === "src" && isRefKind) || (kind === "releases" && sort === "tag") ? at(path, rest) : null;
  },
  gitlab: (segments) => {
    const dash = segments.indexOf("-");
    if (dash === -1) return whole(segments);
    const [kind = "", ...rest] = segments.slice(dash + 1);
    return ["tree", "commits", "commit", "tags"].includes(kind) ? at(segments.slice(0, dash), rest) : null;
  },
};

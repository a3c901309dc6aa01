import type { GitHostKind } from "../../config/index.ts";
import type { RepositoryAddress } from "./repository-address.ts";

type Archive = {
  url: string;
  /** The origins that the host may redirect to, including its own. */
  origins: string[];
};

/** The default branch's head has this name on every host. */
const defaultRef = "HEAD";

const paths: Record<GitHostKind, (repository: string, name: string, ref: string) => string> = {
  // https://docs.github.com/en/repositories/working-with-files/using-files/downloading-source-code-archives
  github: (repository, _, ref) => `/${repository}/archive/${ref}.tar.gz`,
  // https://docs.gitlab.com/user/project/repository/#repository-archive
  gitlab: (repository, name, ref) => `/${repository}/-/archive/${ref}/${name}-${ref.replaceAll("/", "-")}.tar.gz`,
  // services/repository/archiver of Gitea, which Forgejo shares
  gitea: (repository, _, ref) => `/${repository}/archive/${ref}.tar.gz`,
};

/** Returns the address of a repository's archive, a gzipped tar. */
export function archiveAddress({ host, path, name, ref }: RepositoryAddress): Archive {
  const url = new URL(paths[host.kind](path, name, ref ?? defaultRef), host.origin).href;
  // GitHub redirects every archive to a host of its own.
  const more = host.kind === "github" ? [host.origin.replace("://", "://codeload.")] : [];
  return { url, origins: [host.origin, ...more] };
}

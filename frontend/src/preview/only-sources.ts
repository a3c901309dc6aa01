import type { RevisionDetail } from "../../../worker/contract/index.ts";

/**
 * Matches files that a page reads only through its build: modules, components and style sheets outside of folders that
 * are served unprocessed.
 */
const source = /^(?!(?:.*\/)?public\/)[^?]*\.(?:[cm]?[jt]sx?|vue|svelte|mdx|css|scss|sass|less)$/;
/** Matches configuration files, which affect the build of all other files. */
const configuration = /(?:^|\/)[\w.-]*config\.[cm]?[jt]s$/;

/** Whether a revision changes only source files, so that a page of the previous revision can take over its build. */
export const isOnlySources = ({ changes }: Pick<RevisionDetail, "changes">): boolean =>
  changes.length > 0 &&
  changes.every(({ path, from }) => [path, from ?? path].every((one) => source.test(one) && !configuration.test(one)));

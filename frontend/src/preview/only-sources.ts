import type { RevisionDetail } from "../../../worker/contract/index.ts";

/** Files that a page reads through its build alone: modules, components and style sheets, in no folder that is served as it is. */
const source = /^(?!(?:.*\/)?public\/)[^?]*\.(?:[cm]?[jt]sx?|vue|svelte|mdx|css|scss|sass|less)$/;
/** Files that decide how all others are built. */
const configuration = /(?:^|\/)[\w.-]*config\.[cm]?[jt]s$/;

/** Whether a revision changes nothing but sources, so that a page of the revision before may take its build. */
export const isOnlySources = ({ changes }: Pick<RevisionDetail, "changes">): boolean =>
  changes.length > 0 &&
  changes.every(({ path, from }) => [path, from ?? path].every((one) => source.test(one) && !configuration.test(one)));

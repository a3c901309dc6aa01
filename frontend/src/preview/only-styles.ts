import type { RevisionDetail } from "../../../worker/contract/index.ts";

/** Style sheets that no script reads; the names of a module's classes are in scripts. */
const styleSheet = /^(?!.*\.module\.)[^?]*\.(css|scss|sass|less)$/;

/** Whether a revision changes nothing but the content of style sheets. */
export const isOnlyStyles = ({ changes }: Pick<RevisionDetail, "changes">): boolean =>
  changes.length > 0 && changes.every(({ path, action }) => action === "updated" && styleSheet.test(path));

import { TriangleAlert } from "lucide-react";
import { Link } from "wouter";

/**
 * Announces that the open project was deleted, or that the person is no longer a member. The page stays, so that
 * unsaved text can be copied.
 */
export function DeletedBanner() {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-bad-wash px-4 py-2 text-sm"
    >
      <TriangleAlert size={15} className="shrink-0 text-bad" />
      <span className="min-w-0 flex-1">
        <strong className="font-semibold">This project was deleted or is no longer shared with you.</strong> You can
        still copy unsaved text.
      </span>
      <Link href="/" className="underline underline-offset-3">
        Go to your projects
      </Link>
    </div>
  );
}

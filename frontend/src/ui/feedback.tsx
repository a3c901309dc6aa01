import type { ReactNode } from "react";
import { errorMessage, isApiError } from "../api/client.ts";
import { Button } from "./button.tsx";

/** A placeholder while content loads, announced as loading. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const widths = ["92%", "78%", "85%", "60%", "70%"];
  return (
    <div role="status" aria-label="Loading" className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => widths[line % widths.length]).map((width, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <div key={line} className="h-3.5 animate-heat rounded bg-line" style={{ width }} />
      ))}
    </div>
  );
}

type EmptyProps = { icon?: ReactNode; title: string; children?: ReactNode };

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className="grid h-full content-center justify-items-center gap-2 p-8 text-center">
      {icon !== undefined && <div className="mb-1 text-faint">{icon}</div>}
      <p className="font-medium">{title}</p>
      <div className="max-w-sm text-sm text-soft">{children}</div>
    </div>
  );
}

/** A retry does not help when the resource does not exist. */
const isMissing = (error: unknown) => isApiError(error) && error.status === 404;

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="grid content-center justify-items-center gap-3 p-8 text-center">
      <p className="max-w-md text-sm text-bad">{errorMessage(error)}</p>
      {retry !== undefined && !isMissing(error) && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** Shows the error of a request within its dialog or form; renders nothing without an error. */
export function Refusal({ error, className = "" }: { error: unknown; className?: string }) {
  if (error === null || error === undefined) return null;
  return (
    <p role="alert" className={`rounded-md border border-bad bg-bad-wash px-3 py-2 text-sm wrap-anywhere ${className}`}>
      {errorMessage(error)}
    </p>
  );
}

import { CircleAlert, CircleCheck, GitCommitVertical, RotateCcw } from "lucide-react";
import { memo, type ReactNode } from "react";
import { plural } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import type { Check } from "./check-report.ts";
import { RevisionLink } from "./revision-link.tsx";
import { type RunItem, textOf } from "./run-view.ts";
import { TextBlock } from "./text-block.tsx";
import { asksPerson } from "./tool-labels.ts";
import { ToolRow } from "./tool-row.tsx";

function Note({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-start gap-2 px-2.5 text-sm text-soft">
      <span className="mt-[3px] shrink-0">{icon}</span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 wrap-anywhere">{children}</div>
    </div>
  );
}

function PathButton({ path, line }: { path: string; line?: number }) {
  const { openFile } = useWorkspace();
  return (
    <button
      type="button"
      onClick={() => openFile(path, line)}
      className="stamp max-w-full truncate hover:text-ember-deep hover:underline"
    >
      {path}
      {line !== undefined && line > 0 && `:${line}`}
    </button>
  );
}

const pathsShown = 4;

function RevisionRow({ revision, paths }: { revision: number; paths: readonly string[] }) {
  const more = paths.length - pathsShown;
  return (
    <Note icon={<GitCommitVertical size={14} className="text-good" />}>
      <RevisionLink revision={revision} />
      {paths.slice(0, pathsShown).map((path) => (
        <PathButton key={path} path={path} />
      ))}
      {more > 0 && <span className="text-xs text-faint">and {more} more</span>}
    </Note>
  );
}

function CheckRow({ check: { errors, warnings, findings } }: { check: Check }) {
  if (errors + warnings === 0) {
    return <Note icon={<CircleCheck size={14} className="text-good" />}>Build passed, no type errors.</Note>;
  }
  return (
    <Note icon={<CircleAlert size={14} className={errors > 0 ? "text-bad" : "text-warn"} />}>
      <span>
        {plural(errors, "error")}, {plural(warnings, "warning")}
      </span>
      <ul className="w-full">
        {findings.slice(0, 6).map((one) => (
          <li key={`${one.path}:${one.line}:${one.column}:${one.message}`} className="flex flex-wrap gap-x-2 text-xs">
            <PathButton path={one.path} line={one.line} />
            <span className="min-w-0 wrap-anywhere">{one.message}</span>
          </li>
        ))}
      </ul>
    </Note>
  );
}

export const Item = memo(function Item({ item, live }: { item: RunItem; live: boolean }) {
  switch (item.kind) {
    case "text":
      return <TextBlock text={textOf(item)} />;
    case "tool":
      // The turn renders an open question below its items.
      if (asksPerson(item.name) && item.done === null) return null;
      return <ToolRow item={item} live={live} />;
    case "revision":
      return <RevisionRow revision={item.revision} paths={item.paths} />;
    case "check":
      return <CheckRow check={item.check} />;
    case "retried":
      return <Note icon={<RotateCcw size={14} className="text-warn" />}>Interrupted, resuming… {item.reason}</Note>;
    default: {
      const unknown: never = item;
      return unknown;
    }
  }
});

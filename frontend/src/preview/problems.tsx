import { Bug, ExternalLink, WandSparkles, X } from "lucide-react";
import type { Preview } from "../../../worker/contract/index.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { suggestedPrompt } from "./describe-build.ts";
import { useOpenTab } from "./use-open-tab.ts";

type Diagnostics = Preview["build"]["diagnostics"];

const asText = (diagnostics: Diagnostics): string =>
  diagnostics
    .map(({ path, line, column, severity, message }) => {
      const place = line > 0 ? `${path}:${line}:${column}` : path;
      return `${place} ${severity}: ${message}`.trimStart();
    })
    .join("\n");

function FixButton({ prompt }: { prompt: string }) {
  const { ask, running } = useWorkspace();
  return (
    <Button small tone="primary" disabled={running} onClick={() => ask(prompt, { agent: "debugger" })}>
      <Bug size={13} /> Fix it
    </Button>
  );
}

/** Offers to convert a project whose framework cannot run here. */
function ConvertButton({ prompt }: { prompt: string }) {
  const { ask, running } = useWorkspace();
  return (
    <Button small tone="primary" disabled={running} onClick={() => ask(prompt, { agent: "fullstack" })}>
      <WandSparkles size={13} /> Convert with an agent
    </Button>
  );
}

/** Lists the build's errors, each with a link to its line. */
export function BuildProblems({ revision, diagnostics }: { revision: number; diagnostics: Diagnostics }) {
  const { openFile, running } = useWorkspace();
  const errors = diagnostics.filter((one) => one.severity === "error");
  const warnings = diagnostics.filter((one) => one.severity === "warning");
  const conversion = suggestedPrompt(diagnostics);
  return (
    <div role="alert" className="max-h-[45%] shrink-0 overflow-auto border-b border-line bg-bad-wash px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-40 flex-1">
          <strong className="font-semibold">Build failed:</strong> {plural(errors.length, "error")}
          {running && ". The agent is still working."}
        </p>
        {conversion === null ? (
          <FixButton prompt={`The build fails at version ${revision}. Fix it:\n\n${asText(errors.slice(0, 20))}`} />
        ) : (
          <ConvertButton prompt={conversion} />
        )}
      </div>
      <DiagnosticList label="Build errors" diagnostics={errors} onOpen={openFile} />
      {warnings.length > 0 && (
        <details className="mt-1.5">
          <summary className="cursor-pointer text-xs text-soft">{plural(warnings.length, "warning")}</summary>
          <DiagnosticList label="Build warnings" diagnostics={warnings} onOpen={openFile} />
        </details>
      )}
    </div>
  );
}

type DiagnosticListProps = {
  label: string;
  diagnostics: Diagnostics;
  onOpen: (path: string, line: number) => void;
};

function DiagnosticList({ label, diagnostics, onOpen }: DiagnosticListProps) {
  return (
    <ul aria-label={label} className="mt-1.5 grid gap-1">
      {diagnostics.slice(0, 50).map((one) => (
        <li key={`${one.path}:${one.line}:${one.column}:${one.message}`}>
          <button
            type="button"
            onClick={() => onOpen(one.path, one.line)}
            className="flex flex-wrap items-baseline gap-x-2 text-left hover:underline"
          >
            <span className="stamp text-soft wrap-anywhere">
              {one.path}
              {one.line > 0 && `:${one.line}`}
            </span>
            <span className="min-w-0 text-xs break-words">{one.message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

type RuntimeErrorProps = { error: { message: string; stack: string | null }; onDismiss: () => void };

export function RuntimeError({ error, onDismiss }: RuntimeErrorProps) {
  const prompt = `The running app reports an error. Fix it:\n\n${error.message}\n${error.stack ?? ""}`.trim();
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-bad-wash px-3 py-2 text-sm"
    >
      <p className="min-w-40 flex-1 break-words">
        <strong className="font-semibold">Error in your app:</strong> {error.message}
      </p>
      <FixButton prompt={prompt} />
      <IconButton label="Dismiss the error" onClick={onDismiss}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

/** Explains that the browser blocks the preview's cookie in its frame. */
export function PreviewBlocked() {
  const { projectId, previewedRevision } = useWorkspace();
  const openTab = useOpenTab(projectId, previewedRevision);
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-bad-wash px-3 py-2 text-sm"
    >
      <p className="min-w-40 flex-1">
        <strong className="font-semibold">The preview can't be shown here.</strong> Your browser or network blocks it
        inside this page. Open it in a new tab instead.
      </p>
      <Button small tone="primary" busy={openTab.isPending} onClick={() => openTab.mutate(window.open("about:blank"))}>
        <ExternalLink size={13} /> Open in a new tab
      </Button>
    </div>
  );
}

import { isRecord, parseJson } from "../files/parse-edit-draft.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

type Reported = { message: string; path: string | null; line: number | undefined; stack: string | null };

/** Parses a line of JSON as an error in the agent's format; null for any other line. */
function errorIn(text: string): Reported | null {
  const value = text.startsWith("{") ? parseJson(text) : null;
  if (!isRecord(value) || typeof value.message !== "string") return null;
  const { message, path, line, stack } = value;
  return {
    message,
    path: typeof path === "string" ? path : null,
    line: typeof line === "number" ? line : undefined,
    stack: typeof stack === "string" ? stack : null,
  };
}

function PageError({ error: { message, path, line, stack } }: { error: Reported }) {
  const { openFile } = useWorkspace();
  return (
    <li className="border-t border-line px-3 py-1.5 first:border-0">
      <p className="font-mono text-xs break-words whitespace-pre-wrap text-bad">{message}</p>
      {path !== null && (
        <button
          type="button"
          onClick={() => openFile(path, line)}
          className="stamp hover:text-ember-deep hover:underline"
        >
          {line === undefined ? path : `${path}:${line}`}
        </button>
      )}
      {stack !== null && (
        <pre className="max-h-40 overflow-auto font-mono text-xs break-words whitespace-pre-wrap text-soft">
          {stack}
        </pre>
      )}
    </li>
  );
}

/** Lists the errors that the app's pages have reported, each with its message and source line. */
export function PageErrors({ text }: { text: string }) {
  const lines = [...new Set(text.split("\n"))];
  return (
    <ul>
      {lines.map((line) => {
        const error = errorIn(line);
        return error === null ? (
          <li key={line} className="px-3 pt-1.5 text-xs text-soft">
            {line}
          </li>
        ) : (
          <PageError key={line} error={error} />
        );
      })}
    </ul>
  );
}

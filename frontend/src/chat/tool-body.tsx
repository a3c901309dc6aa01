import { bytes } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { PageErrors } from "./page-errors.tsx";
import type { ToolItem } from "./run-view.ts";
import { edits, type WrittenFile, writtenFiles } from "./tool-labels.ts";

const maxShownLength = 6_000;

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}\n… (${bytes(text.length)} in all)` : text;
};

function Code({ text, tone = "" }: { text: string; tone?: string }) {
  return (
    <pre className={`max-h-56 overflow-auto px-3 py-2 font-mono text-xs whitespace-pre-wrap break-words ${tone}`}>
      {text}
    </pre>
  );
}

/**
 * Shows the end of a file that is being written. A reversed flex column stays at its end while it grows, unless the
 * person scrolls up, and, unlike setting the scroll position, forces no layout at each token.
 */
function Growing({ content }: { content: string }) {
  return (
    <div className="flex max-h-40 flex-col-reverse overflow-auto">
      <pre className="px-3 py-2 font-mono text-xs whitespace-pre-wrap break-words">
        {content.slice(-maxShownLength)}
      </pre>
    </div>
  );
}

function Files({ files, writing }: { files: readonly WrittenFile[]; writing: boolean }) {
  const { openFile } = useWorkspace();
  return files.map((file, index) => {
    const hot = writing && index === files.length - 1;
    return (
      <div key={file.path} className="border-b border-line last:border-0">
        <div className="flex items-center justify-between gap-3 px-3 py-1">
          <button
            type="button"
            disabled={writing}
            onClick={() => openFile(file.path)}
            className="stamp truncate hover:text-ember-deep hover:underline disabled:no-underline"
          >
            {file.path}
          </button>
          <span className="stamp text-faint">{bytes(file.content.length)}</span>
        </div>
        {hot && <Growing content={file.content} />}
      </div>
    );
  });
}

function Edits({ input }: { input: Record<string, unknown> }) {
  return edits(input).map((edit) => (
    <div key={edit.find} className="border-b border-line last:border-0">
      <Code text={edit.find} tone="bg-bad-wash" />
      <Code text={edit.replace} tone="bg-good-wash" />
    </div>
  ));
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" || JSON.stringify(value) === "{}";

type ToolBodyProps = { item: ToolItem; input: Record<string, unknown> };

export function ToolBody({ item, input }: ToolBodyProps) {
  const done = item.done;
  const result = done === null || isEmpty(done.result) ? null : shown(done.result);
  const known = ["write_files", "edit_file"].includes(item.name);
  if (item.name === "page_errors" && typeof done?.result === "string")
    return (
      <div className="border-t border-line bg-sunken">
        <PageErrors text={done.result} />
      </div>
    );
  return (
    <div className="border-t border-line bg-sunken">
      {item.name === "write_files" && <Files files={writtenFiles(input)} writing={done === null} />}
      {item.name === "edit_file" && <Edits input={input} />}
      {!known && !isEmpty(input) && <Code text={shown(input)} />}
      {result !== null && (
        <div className="border-t border-line first:border-0">
          <p className="px-3 pt-1.5 text-xs text-faint">{done?.isError ? "Error" : "Result"}</p>
          <Code text={result} tone={done?.isError ? "text-bad" : "text-soft"} />
        </div>
      )}
    </div>
  );
}

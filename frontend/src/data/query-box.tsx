import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import type { DataQueryResult } from "../../../worker/contract/index.ts";
import { type DataPlace, queryData } from "../api/data.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { plural } from "../ui/format.ts";
import { formatValue } from "./data-values.ts";

/** Runs a read-only SQL statement, and shows its rows. */
export function QueryBox({ place }: { place: DataPlace }) {
  const id = useId();
  const [sql, setSql] = useState("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const query = useMutation({ meta: { shown: true }, mutationFn: () => queryData(place, sql) });
  const run = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (sql.trim() !== "") query.mutate();
  };
  return (
    <div className="flex h-full min-w-0 flex-col">
      <form className="grid gap-2 p-3" onSubmit={run}>
        <label htmlFor={id} className="text-sm font-medium">
          SQL
        </label>
        <textarea
          id={id}
          rows={4}
          spellCheck={false}
          className="input font-mono text-sm"
          value={sql}
          maxLength={20_000}
          aria-describedby={`${id}-note`}
          onChange={({ currentTarget }) => setSql(currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && run(event)}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button small tone="primary" type="submit" busy={query.isPending}>
            Run
          </Button>
          <p id={`${id}-note`} className="text-xs text-faint">
            One statement that reads, up to 1,000 rows.
          </p>
        </div>
        <Refusal error={query.error} />
      </form>
      {query.isSuccess && <QueryRows result={query.data} />}
    </div>
  );
}

function QueryRows({ result: { columns, rows, truncated } }: { result: DataQueryResult }) {
  return (
    <section
      aria-label="Result"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto border-t border-line"
    >
      <p role="status" className="px-3 py-1.5 text-xs text-soft">
        {truncated ? `The first ${plural(rows.length, "row")}` : plural(rows.length, "row")}
      </p>
      <table className="w-full border-collapse text-left text-sm">
        <thead className="sticky top-0 bg-surface">
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a result have no id and never move
            <tr key={at}>
              {columns.map((column) => (
                <td key={column} className="max-w-xs truncate px-3 py-1.5">
                  {formatValue(row[column] ?? null).slice(0, 300)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

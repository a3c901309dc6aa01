import type { ReactNode } from "react";

type Column<Row> = { title: string; of: (row: Row) => ReactNode; isNumber?: boolean };

type TableProps<Row> = {
  label: string;
  /** The first column names the row. */
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  empty: string;
};

/** A table of figures. In a narrow container the table alone scrolls horizontally, also by keyboard. */
export function Table<Row>({ label, columns, rows, keyOf, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p className="text-sm text-soft">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="card overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className="w-full text-sm tabular-nums">
        <thead className="text-left text-xs text-faint">
          <tr className="border-b border-line">
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" className={`px-4 py-2 font-normal ${isNumber ? "text-right" : ""}`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, of, isNumber }, place) =>
                place === 0 ? (
                  <th key={title} scope="row" className="max-w-96 truncate px-4 py-2 text-left font-normal">
                    {of(row)}
                  </th>
                ) : (
                  <td key={title} className={`px-4 py-2 whitespace-nowrap ${isNumber ? "text-right" : ""}`}>
                    {of(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

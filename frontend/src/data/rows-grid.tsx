import { ArrowDown, ArrowUp, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import type { DataColumn, DataOrder, DataRow, DataTable, DataValue } from "../../../worker/contract/index.ts";
import { IconButton } from "../ui/button.tsx";
import { formatValue, rowidOf } from "./data-values.ts";

/** The sort column; null sorts by rowid. */
export type Sorting = { sort: string | null; order: DataOrder };

type RowsGridProps = {
  table: DataTable;
  rows: readonly DataRow[];
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  onEdit: (row: DataRow) => void;
  children: ReactNode;
};

/** Shows rows in columns. A wide table scrolls within its own region, also by keyboard. */
export function RowsGrid({ table, rows, sorting, onSort, onEdit, children }: RowsGridProps) {
  const { name, columns, editable } = table;
  return (
    <section
      aria-label={`Rows of ${name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto border-t border-line"
    >
      <table className="w-full border-collapse text-left text-sm">
        <caption className="sr-only">{`Rows of ${name}`}</caption>
        <thead className="sticky top-0 bg-surface">
          <tr className="border-b border-line">
            {editable && (
              <th scope="col" className="w-9">
                <span className="sr-only">Edit</span>
              </th>
            )}
            {columns.map((column) => (
              <SortHeader key={column.name} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row, at) => (
            <tr key={rowidOf(row) ?? at} className="hover:bg-sunken">
              {editable && (
                <td className="px-1">
                  <IconButton label={`Edit row ${rowidOf(row) ?? at + 1}`} onClick={() => onEdit(row)}>
                    <Pencil size={13} />
                  </IconButton>
                </td>
              )}
              {columns.map((column) => (
                <Cell key={column.name} value={row[column.name] ?? null} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="p-6 text-center text-sm text-soft">No rows</p>}
      {children}
    </section>
  );
}

type SortHeaderProps = { column: DataColumn; sorting: Sorting; onSort: (sorting: Sorting) => void };

/** A column's header, which toggles sorting: ascending, descending, and by rowid again. */
function SortHeader({ column: { name, type }, sorting: { sort, order }, onSort }: SortHeaderProps) {
  const isSorted = sort === name;
  const next: Sorting = !isSorted
    ? { sort: name, order: "asc" }
    : order === "asc"
      ? { sort: name, order: "desc" }
      : { sort: null, order: "asc" };
  const Arrow = order === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (order === "asc" ? "ascending" : "descending") : "none"}
      className="px-3 py-1.5 font-medium whitespace-nowrap"
    >
      <button
        type="button"
        className="inline-flex items-center gap-1.5 hover:text-ember-deep"
        onClick={() => onSort(next)}
      >
        {name}
        <span className="stamp font-normal text-faint">{type.toLowerCase()}</span>
        {isSorted && <Arrow size={12} />}
      </button>
    </th>
  );
}

function Cell({ value }: { value: DataValue }) {
  const isNumber = typeof value === "number";
  return (
    <td className={`max-w-xs truncate px-3 py-1.5 ${isNumber ? "tabular-nums" : ""}`}>
      {value === null ? <span className="stamp text-faint">NULL</span> : formatValue(value).slice(0, 300)}
    </td>
  );
}

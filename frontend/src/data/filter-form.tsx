import { useState } from "react";
import type { DataFilter, DataTable } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";

const operators: Record<DataFilter["operator"], string> = {
  contains: "contains",
  eq: "=",
  ne: "≠",
  lt: "<",
  lte: "≤",
  gt: ">",
  gte: "≥",
  null: "is NULL",
  notNull: "is not NULL",
};
const isOperator = (text: string): text is DataFilter["operator"] => Object.hasOwn(operators, text);

type FilterFormProps = { table: DataTable; onFilter: (filter: DataFilter | null) => void };

/** Filters the rows by a comparison with one column. */
export function FilterForm({ table, onFilter }: FilterFormProps) {
  const [operator, setOperator] = useState<DataFilter["operator"]>("contains");
  const [isFiltered, setIsFiltered] = useState(false);
  const takesValue = operator !== "null" && operator !== "notNull";
  return (
    <form
      className="flex flex-wrap items-center gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        onFilter({ column: String(data.get("column")), operator, value: String(data.get("value") ?? "") });
        setIsFiltered(true);
      }}
      onReset={() => {
        onFilter(null);
        setIsFiltered(false);
      }}
    >
      <select name="column" aria-label="Column to filter by" className="input w-auto max-w-32 py-1 text-xs">
        {table.columns.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="Comparison"
        className="input w-auto py-1 text-xs"
        value={operator}
        onChange={({ currentTarget: { value } }) => isOperator(value) && setOperator(value)}
      >
        {Object.entries(operators).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      {takesValue && (
        <input name="value" aria-label="Value to filter by" className="input w-32 py-1 text-xs" maxLength={2_000} />
      )}
      <Button small type="submit">
        Filter
      </Button>
      {isFiltered && (
        <Button small tone="quiet" type="reset">
          Show all
        </Button>
      )}
    </form>
  );
}

import { useId } from "react";
import type { DataColumn, DataValue } from "../../../worker/contract/index.ts";
import { formatValue } from "./data-values.ts";

/** The person's input for a column. */
export type Entry = { text: string; isNull: boolean };

type ColumnFieldProps = {
  column: DataColumn;
  /** The stored value; undefined for a new row. */
  value: DataValue | undefined;
  /** The input; undefined before the person enters any. */
  entry: Entry | undefined;
  onEnter: (entry: Entry) => void;
};

/** The input field of one column, with a check box for NULL if the column is nullable. */
export function ColumnField({ column, value, entry, onEnter }: ColumnFieldProps) {
  const id = useId();
  const { name, type, notNull } = column;
  const stored: Entry = {
    text: value === undefined || value === null ? "" : formatValue(value),
    isNull: value === null,
  };
  const { text, isNull } = entry ?? stored;
  const isLong = text.length > 60 || text.includes("\n");
  const field = {
    id,
    className: "input",
    value: text,
    placeholder: isNull ? "NULL" : placeholderOf(column, value),
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onEnter({ text: currentTarget.value, isNull: false }),
  };
  return (
    <div>
      <div className="mb-1 flex items-center gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {name}
        </label>
        <span className="stamp text-faint">{type.toLowerCase()}</span>
        {!notNull && (
          <label className="ml-auto flex items-center gap-1.5 text-xs text-soft">
            <input
              type="checkbox"
              className="accent-ember"
              checked={isNull}
              onChange={({ currentTarget }) => onEnter({ text: "", isNull: currentTarget.checked })}
            />
            <span className="sr-only">{name} is </span>NULL
          </label>
        )}
      </div>
      {isLong ? <textarea rows={4} {...field} /> : <input type="text" {...field} />}
    </div>
  );
}

/** Returns the placeholder: an empty field of a new row gets the column's default. */
function placeholderOf({ default: byDefault, primaryKey }: DataColumn, value: DataValue | undefined): string {
  if (value !== undefined) return "";
  return byDefault ?? (primaryKey ? "automatic" : "");
}

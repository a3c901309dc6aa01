import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DataColumn, DataRow, DataTable, DataValue } from "../../../worker/contract/index.ts";
import { type DataPlace, deleteDataRow, insertDataRow, updateDataRow } from "../api/data.ts";
import { keys, refetch } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { ColumnField, type Entry } from "./column-field.tsx";
import { isText, parseValue, rowidOf } from "./data-values.ts";

type RowDialogProps = { place: DataPlace; table: DataTable; row: DataRow | null; onClose: () => void };

/** Inserts, updates or deletes a row. Writes only the fields that the person changed. */
export function RowDialog({ place, table, row, onClose }: RowDialogProps) {
  const [entries, setEntries] = useState<Record<string, Entry>>({});
  const columns = table.columns.filter(({ generated, name }) => !generated && isText(row?.[name]));
  const rowid = row === null ? null : rowidOf(row);
  const done = () => {
    void refetch(keys.data(place.id));
    onClose();
  };
  const save = useMutation({
    meta: { shown: true },
    mutationFn: (values: Record<string, DataValue>) =>
      rowid === null
        ? insertDataRow(place, table.name, values)
        : updateDataRow({ ...place, table: table.name, rowid }, values),
    onSuccess: done,
  });
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: () => deleteDataRow({ ...place, table: table.name, rowid: rowid ?? "" }),
    onSuccess: done,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(valuesOf(columns, entries));
  };
  return (
    <Dialog
      title={rowid === null ? `Insert a row into ${table.name}` : `Row ${rowid} of ${table.name}`}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <div className="-mx-1 grid max-h-[60vh] gap-3 overflow-y-auto px-1">
          {columns.map((column) => (
            <ColumnField
              key={column.name}
              column={column}
              value={row?.[column.name]}
              entry={entries[column.name]}
              onEnter={(entry) => setEntries({ ...entries, [column.name]: entry })}
            />
          ))}
        </div>
        <Refusal error={save.error ?? remove.error} className="mt-3" />
        <div className="mt-6 flex flex-wrap justify-end gap-2">
          {rowid !== null && (
            <Button tone="danger" className="mr-auto" busy={remove.isPending} onClick={() => remove.mutate()}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" busy={save.isPending}>
            {rowid === null ? "Insert" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function valuesOf(columns: readonly DataColumn[], entries: Readonly<Record<string, Entry>>): Record<string, DataValue> {
  return Object.fromEntries(
    columns.flatMap((column) => {
      const entry = entries[column.name];
      if (entry === undefined) return [];
      return [[column.name, entry.isNull ? null : parseValue(entry.text, column)]];
    }),
  );
}

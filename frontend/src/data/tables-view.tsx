import { useQuery } from "@tanstack/react-query";
import { Database, Download, RotateCw } from "lucide-react";
import { useState } from "react";
import { type DataPlace, listDataTables, sqlUrl } from "../api/data.ts";
import { sourceKey } from "../api/data-sources.ts";
import { keys, refetch } from "../api/queries.ts";
import { IconButton } from "../ui/button.tsx";
import { Empty, Failure, Skeleton } from "../ui/feedback.tsx";
import { count } from "../ui/format.ts";
import { firstTable } from "./first-table.ts";
import { RowsView } from "./rows-view.tsx";

/** Reads the first page of tables, which has a hundred: an app has fewer. */
const useTables = (place: DataPlace) =>
  useQuery({
    queryKey: keys.dataTables(place.id, place.target, sourceKey(place.source)),
    queryFn: () => listDataTables(place, null),
    select: ({ data }) => data,
  });

/** Shows the tables of the app's database, and the rows of the selected table. */
export function TablesView({ place }: { place: DataPlace }) {
  const query = useTables(place);
  const [chosen, setChosen] = useState<string | null>(null);
  if (query.isPending) return <Skeleton lines={5} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const tables = query.data;
  const table = tables.find(({ name }) => name === chosen) ?? firstTable(tables);
  if (table === undefined) {
    return (
      <Empty icon={<Database size={26} />} title="No tables yet">
        What the app stores in this database appears here.
      </Empty>
    );
  }
  return (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <select
          aria-label="Table"
          className="input w-auto max-w-full min-w-0 py-1 text-sm"
          value={table.name}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {tables.map(({ name, type, rowCount }) => (
            <option key={name} value={name}>
              {rowCount === null ? `${name} (${type})` : `${name} (${count(rowCount)})`}
            </option>
          ))}
        </select>
        <IconButton label="Reload" onClick={() => void refetch(keys.data(place.id))}>
          <RotateCw size={14} />
        </IconButton>
        <a
          href={sqlUrl(place)}
          download
          className="ml-auto inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-soft hover:bg-sunken hover:text-ink"
        >
          <Download size={13} /> Export SQL
        </a>
      </div>
      <RowsView key={table.name} place={place} table={table} />
    </div>
  );
}

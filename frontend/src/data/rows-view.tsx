import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, Plus } from "lucide-react";
import { useState } from "react";
import type { DataFilter, DataRow, DataTable } from "../../../worker/contract/index.ts";
import { pages } from "../api/client.ts";
import { csvUrl, type DataPlace, listDataRows } from "../api/data.ts";
import { sourceKey } from "../api/data-sources.ts";
import { keys } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { FilterForm } from "./filter-form.tsx";
import { ImportButton } from "./import-button.tsx";
import { RowDialog } from "./row-dialog.tsx";
import { RowsGrid, type Sorting } from "./rows-grid.tsx";

type RowsViewProps = { place: DataPlace; table: DataTable };

/** Shows a table's rows: sorts, filters, paginates and edits them. */
export function RowsView({ place, table }: RowsViewProps) {
  const [sorting, setSorting] = useState<Sorting>({ sort: null, order: "asc" });
  const [filter, setFilter] = useState<DataFilter | null>(null);
  const [edited, setEdited] = useState<DataRow | "new" | null>(null);
  const input = { table: table.name, ...sorting, filter };
  const query = useInfiniteQuery({
    queryKey: keys.dataRows(place.id, place.target, sourceKey(place.source), input),
    queryFn: ({ pageParam }) => listDataRows(place, input, pageParam),
    ...pages,
  });
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-3 pb-2">
        <FilterForm table={table} onFilter={setFilter} />
        <span className="ml-auto flex gap-1">
          {table.editable && <ImportButton place={place} table={table.name} />}
          <a
            href={csvUrl(place, table.name)}
            download={`${table.name}.csv`}
            className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs text-soft hover:bg-sunken hover:text-ink"
          >
            <Download size={13} /> Export CSV
          </a>
          {table.editable && (
            <Button small onClick={() => setEdited("new")}>
              <Plus size={13} /> Insert row
            </Button>
          )}
        </span>
      </div>
      {query.isPending && <Skeleton lines={6} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && (
        <RowsGrid table={table} rows={rows} sorting={sorting} onSort={setSorting} onEdit={setEdited}>
          {query.hasNextPage && (
            <div className="p-3 text-center">
              <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Load more
              </Button>
            </div>
          )}
        </RowsGrid>
      )}
      {edited !== null && (
        <RowDialog place={place} table={table} row={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

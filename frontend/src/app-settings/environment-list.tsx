import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Page } from "../../../worker/contract/index.ts";
import { Failure, Skeleton } from "../ui/feedback.tsx";

type EnvironmentListProps<Row> = {
  label: string;
  /** The sentence for an empty list. */
  none: string;
  listKey: readonly string[];
  list: () => Promise<Page<Row>>;
  children: (row: Row) => ReactNode;
};

/** A list of app settings, with loading, error and empty states. */
export function EnvironmentList<Row>({ label, none, listKey, list, children }: EnvironmentListProps<Row>) {
  const query = useQuery({ queryKey: listKey, queryFn: list });
  if (query.isPending) return <Skeleton lines={2} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.data.data.length === 0) return <p className="mb-4 text-sm text-faint">{none}</p>;
  return (
    <ul aria-label={label} className="card mb-4 divide-y divide-line">
      {query.data.data.map(children)}
    </ul>
  );
}

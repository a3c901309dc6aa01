import { useQuery } from "@tanstack/react-query";
import type { DataTarget } from "../../../worker/contract/index.ts";
import { type DataSource, listDataSources, sourceKey } from "../api/data-sources.ts";
import { keys } from "../api/queries.ts";

type SourceSelectProps = {
  projectId: string;
  target: DataTarget;
  source: DataSource;
  onChoose: (source: DataSource) => void;
};

/** Selects one of an app's databases; renders nothing if the app has only that of `App`. */
export function SourceSelect({ projectId, target, source, onChoose }: SourceSelectProps) {
  const { data: sources = [] } = useQuery({
    queryKey: keys.dataSources(projectId, target),
    queryFn: () => listDataSources(projectId, target),
  });
  if (sources.length === 0) return null;
  return (
    <select
      aria-label="Database"
      className="input w-auto max-w-48 min-w-0 py-1 text-xs"
      value={sourceKey(source)}
      onChange={({ currentTarget: { value } }) =>
        onChoose(sources.find((one) => sourceKey(one.source) === value)?.source ?? {})
      }
    >
      <option value="">App</option>
      {sources.map(({ title, source: one }) => (
        <option key={sourceKey(one)} value={sourceKey(one)}>
          {title}
        </option>
      ))}
    </select>
  );
}

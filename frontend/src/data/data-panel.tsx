import { Database } from "lucide-react";
import { useState } from "react";
import type { DataTarget } from "../../../worker/contract/index.ts";
import type { DataPlace } from "../api/data.ts";
import { type DataSource, sourceKey } from "../api/data-sources.ts";
import { AppSelect, useAppChoice } from "../publishing/app-select.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { QueryBox } from "./query-box.tsx";
import { Snapshots } from "./snapshots.tsx";
import { SourceSelect } from "./source-select.tsx";
import { TablesView } from "./tables-view.tsx";

const views = { tables: "Tables", query: "SQL", snapshots: "Snapshots" } as const;
type DataView = keyof typeof views;

/** Shows the app's data: its tables, queries and snapshots. */
export function DataPanel() {
  const { projectId } = useWorkspace();
  const choice = useAppChoice<DataTarget>(projectId, ["preview", "public", "staging"]);
  const target = choice.app;
  const [source, setSource] = useState<DataSource>({});
  const [view, setView] = useState<DataView>("tables");
  const place: DataPlace = { id: projectId, target, source };
  const key = `${target} ${sourceKey(source)}`;
  const choose = (chosen: DataTarget) => {
    choice.choose(chosen);
    setSource({});
  };
  return (
    <section aria-label="Data" className="flex h-full min-w-0 flex-col">
      <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <Database size={14} className="text-faint max-sm:hidden" />
        <AppSelect {...choice} choose={choose} label="Whose data" className="text-xs" />
        {view !== "snapshots" && (
          <SourceSelect projectId={projectId} target={target} source={source} onChoose={setSource} />
        )}
        <fieldset className="flex gap-0.5 rounded-md bg-sunken p-0.5">
          <legend className="sr-only">Shown</legend>
          {Object.entries(views).map(([name, title]) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === view}
              onClick={() => setView(name as DataView)}
              className="h-7 rounded px-2.5 text-xs text-soft hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-sm"
            >
              {title}
            </button>
          ))}
        </fieldset>
      </div>
      <div className="min-h-0 flex-1">
        {view === "tables" && <TablesView key={key} place={place} />}
        {view === "query" && <QueryBox key={key} place={place} />}
        {view === "snapshots" && <Snapshots key={target} place={place} />}
      </div>
    </section>
  );
}

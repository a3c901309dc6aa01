import { Database } from "lucide-react";
import { useState } from "react";
import type { DataTarget } from "../../../worker/contract/index.ts";
import type { DataPlace } from "../api/data.ts";
import { type DataSource, sourceKey } from "../api/data-sources.ts";
import { useIsStaged } from "../publishing/use-is-staged.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { QueryBox } from "./query-box.tsx";
import { Snapshots } from "./snapshots.tsx";
import { SourceSelect } from "./source-select.tsx";
import { TablesView } from "./tables-view.tsx";

const views = { tables: "Tables", query: "SQL", snapshots: "Snapshots" } as const;
type DataView = keyof typeof views;
const titles: Record<DataTarget, string> = { preview: "Preview", public: "Published app", staging: "Staged app" };
const isTarget = (value: string): value is DataTarget => Object.hasOwn(titles, value);

/** The app's data: its tables, queries and snapshots. */
export function DataPanel() {
  const { projectId } = useWorkspace();
  const [chosenTarget, setTarget] = useState<DataTarget>("preview");
  const isStaged = useIsStaged(projectId);
  // A staged app may be discarded while its data is on the screen.
  const target = chosenTarget === "staging" && !isStaged ? "preview" : chosenTarget;
  const [source, setSource] = useState<DataSource>({});
  const [view, setView] = useState<DataView>("tables");
  const place: DataPlace = { id: projectId, target, source };
  const key = `${target} ${sourceKey(source)}`;
  const choose = (chosen: DataTarget) => {
    setTarget(chosen);
    setSource({});
  };
  return (
    <section aria-label="Data" className="flex h-full min-w-0 flex-col">
      <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <Database size={14} className="text-faint max-sm:hidden" />
        <select
          aria-label="Whose data"
          className="input w-auto py-1 text-xs"
          value={target}
          onChange={({ currentTarget: { value } }) => isTarget(value) && choose(value)}
        >
          {Object.entries(titles).map(
            ([name, title]) =>
              (isStaged || name !== "staging") && (
                <option key={name} value={name}>
                  {title}
                </option>
              ),
          )}
        </select>
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

import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { type Choice, mergedText, type Region } from "./three-way.ts";

type CompareViewProps = { regions: readonly Region[]; busy: boolean; onSave: (text: string) => void };

/** The maximum number of lines to list per region: the person chooses for the whole region anyway. */
const maxLines = 200;

function Lines({ title, lines, tone }: { title: string; lines: readonly string[]; tone: string }) {
  const more = lines.length - maxLines;
  return (
    <div className="min-w-0 flex-1 basis-56">
      <p className="px-3 pt-1.5 text-xs text-faint">{title}</p>
      <pre className={`overflow-x-auto px-3 py-1 font-mono text-xs leading-5 ${tone}`}>
        {lines.length === 0 ? <em className="text-faint">(no lines)</em> : lines.slice(0, maxLines).join("")}
      </pre>
      {more > 0 && <p className="px-3 pb-1.5 text-xs text-faint">and {plural(more, "more line")}</p>}
    </div>
  );
}

const choices: { choice: Choice; title: string }[] = [
  { choice: "mine", title: "Mine" },
  { choice: "theirs", title: "Theirs" },
  { choice: "both", title: "Both, mine first" },
];

type OverlapProps = { region: Region; index: number; chosen: Choice | undefined; onChoose: (choice: Choice) => void };

function Overlap({ region, index, chosen, onChoose }: OverlapProps) {
  return (
    <fieldset className="card overflow-hidden border-ember">
      <legend className="sr-only">Overlapping edits</legend>
      <div className="flex flex-wrap divide-line sm:divide-x">
        <Lines title="Mine" lines={region.mine} tone="bg-good-wash" />
        <Lines title="Before" lines={region.base} tone="" />
        <Lines title="Theirs" lines={region.theirs} tone="bg-ember-wash" />
      </div>
      <div className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-sm">
        {choices.map(({ choice, title }) => (
          <label key={choice} className="flex items-center gap-1.5">
            <input
              type="radio"
              name={`region-${index}`}
              className="accent-ember"
              checked={chosen === choice}
              onChange={() => onChoose(choice)}
            />
            {title}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function OneSided({ region }: { region: Region }) {
  const isMine = region.kind === "mine";
  return (
    <div className="card flex flex-wrap overflow-hidden divide-line sm:divide-x">
      <Lines title="Before" lines={region.base} tone="" />
      <Lines
        title={isMine ? "Mine" : "Theirs"}
        lines={isMine ? region.mine : region.theirs}
        tone={isMine ? "bg-good-wash" : "bg-ember-wash"}
      />
    </div>
  );
}

/**
 * Compares both changes of a file with their common base, change by change. The person chooses a side where they
 * overlap.
 */
export function CompareView({ regions, busy, onSave }: CompareViewProps) {
  const [chosen, setChosen] = useState<ReadonlyMap<number, Choice>>(new Map());
  const merged = mergedText(regions, chosen);
  const open = regions.filter(({ kind }, index) => kind === "conflict" && !chosen.has(index)).length;
  return (
    <section aria-label="Compare" className="flex h-full min-h-0 flex-col">
      <div className="grid min-h-0 flex-1 content-start gap-3 overflow-y-auto p-3">
        {regions.map((region, index) => {
          if (region.kind === "same") return null;
          // biome-ignore lint/suspicious/noArrayIndexKey: the regions of one comparison never move
          if (region.kind !== "conflict") return <OneSided key={index} region={region} />;
          const choose = (choice: Choice) => setChosen((known) => new Map(known).set(index, choice));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Overlap key={index} region={region} index={index} chosen={chosen.get(index)} onChoose={choose} />
          );
        })}
      </div>
      <div className="flex items-center justify-end gap-3 border-t border-line px-3 py-2">
        <span role="status" className="text-xs text-soft">
          {open > 0 && `${plural(open, "overlap")} left to choose`}
        </span>
        <Button
          small
          tone="primary"
          busy={busy}
          disabled={merged === null}
          onClick={() => merged !== null && onSave(merged)}
        >
          Save merged file
        </Button>
      </div>
    </section>
  );
}

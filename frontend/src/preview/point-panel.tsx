import { useMutation, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useState } from "react";
import { keys } from "../api/queries.ts";
import { getBuild } from "../api/runs.ts";
import { useRunActions } from "../chat/use-run-actions.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { toast } from "../ui/toast.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { hasWrittenText } from "./edit-source.ts";
import { elementsNow, fileAtQuery } from "./file-at.ts";
import { pointPrompt } from "./point-prompt.ts";
import type { PointedElement } from "./preview-message.ts";
import { useElementEdits } from "./use-element-edits.ts";
import type { Pointed } from "./use-pointing.ts";

type PointPanelProps = { pointed: Pointed; onEnd: () => void };

/** The form for the elements that a person has pointed at: a prompt about them, or a change of text and style. */
export function PointPanel({ pointed, onEnd }: PointPanelProps) {
  const { elements, revision } = pointed;
  const placed = useProjectPlaces(pointed);
  return (
    <section
      aria-label="Point"
      className="max-h-[45%] shrink-0 overflow-auto border-t border-line bg-surface px-3 py-2 text-sm"
    >
      <div className="flex items-start gap-2">
        <p role="status" className="min-w-0 flex-1 text-soft">
          {elements.length === 0
            ? "Click an element of your app, or use the arrow keys and Enter. Shift adds more, Escape ends."
            : `${elements.length === 1 ? "1 element" : `${elements.length} elements`} chosen. Shift adds more, Escape ends.`}
        </p>
        <IconButton label="Stop pointing" onClick={onEnd}>
          <X size={14} />
        </IconButton>
      </div>
      {elements.length > 0 && revision === null && (
        <p role="alert" className="mt-1">
          It is unknown which version this page shows. Press “Refresh preview”, then point again.
        </p>
      )}
      {placed.length > 0 && revision !== null && (
        <>
          <ElementList elements={placed} revision={revision} />
          {/* Other elements are another form. */}
          <Changes key={placed.map(keyOf).join()} elements={placed} revision={revision} onEnd={onEnd} />
        </>
      )}
    </section>
  );
}

const keyOf = ({ place: { path, line, column } }: PointedElement): string => `${path}:${line}:${column}`;

/** Builds name places in the app's folder, which may be one of the project's, and others with a slash in front. */
function useProjectPlaces({ elements, revision }: Pointed): PointedElement[] {
  const { projectId } = useWorkspace();
  const { data } = useQuery({
    queryKey: keys.build(projectId, revision ?? 0),
    queryFn: () => getBuild(projectId, revision ?? 0),
    enabled: revision !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return [];
  const folder = data.root === "" ? "" : `${data.root}/`;
  const inProject = (path: string): string => (path.startsWith("/") ? path.slice(1) : folder + path);
  return elements.map((one) => ({ ...one, place: { ...one.place, path: inProject(one.place.path) } }));
}

/** The elements and a revision of which their places are. */
type Placed = { elements: PointedElement[]; revision: number };

function ElementList({ elements, revision }: Placed) {
  const { projectId, openFile } = useWorkspace();
  const open = useMutation({
    mutationFn: (element: PointedElement) => elementsNow(projectId, [element], revision),
    onSuccess: ([found], { place }) => {
      if (found?.was !== undefined) toast(`Line ${place.line} has changed since version ${revision}.`);
      openFile(place.path, found?.was === undefined ? found?.place.line : undefined);
    },
  });
  return (
    <ul aria-label="Chosen elements" className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
      {elements.map((element) => (
        <li key={keyOf(element)} className="stamp min-w-0 wrap-anywhere">
          {`<${element.tag}> `}
          <button type="button" className="text-soft hover:underline" onClick={() => open.mutate(element)}>
            {element.place.path}:{element.place.line}
          </button>
        </li>
      ))}
    </ul>
  );
}

const paddings = ["0", "4px", "8px", "12px", "16px", "24px", "32px"];
const control = "h-8 rounded-md border border-line-strong bg-raised px-2";

/** The text of a single element whose source has it as it is shown; null for any other. */
function useWrittenText({ elements, revision }: Placed): string | null {
  const { projectId } = useWorkspace();
  const [first, second] = elements;
  const text = second === undefined && first !== undefined ? first.text : null;
  const path = first?.place.path ?? "";
  const { data } = useQuery({ ...fileAtQuery(projectId, path, revision), enabled: text !== null });
  if (first === undefined || text === null || data === undefined) return null;
  return hasWrittenText(data.content, { ...first, text }) ? text : null;
}

function Changes({ elements, revision, onEnd }: Placed & { onEnd: () => void }) {
  const { projectId, show, running } = useWorkspace();
  const { send } = useRunActions(projectId);
  const ask = useMutation({
    meta: { shown: true },
    mutationFn: async () =>
      send({ prompt: pointPrompt(await elementsNow(projectId, elements, revision), wanted), mode: "build" }),
    onSuccess: () => {
      show("chat");
      onEnd();
    },
  });
  const [wanted, setWanted] = useState("");
  const [text, setText] = useState<string | null>(null);
  const [style, setStyle] = useState<Record<string, string>>({});
  const written = useWrittenText({ elements, revision });
  const edits = useElementEdits(revision, onEnd);
  const isTextChanged = text !== null && written !== null && text.trim() !== "" && text !== written;
  const isChanged = isTextChanged || Object.keys(style).length > 0;
  const save = () =>
    edits.mutate(
      elements.map(({ place, tag }) => ({
        place,
        tag,
        ...(isTextChanged && { text: { from: written, to: text } }),
        ...(Object.keys(style).length > 0 && { style }),
      })),
    );
  return (
    <div className="mt-2 grid gap-2">
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted.trim() !== "" && !ask.isPending) ask.mutate();
        }}
      >
        <input
          aria-label="Say what to change"
          placeholder="Say what to change…"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className={`${control} min-w-0 flex-1`}
        />
        <Button small type="submit" tone="primary" className="h-8" busy={ask.isPending} disabled={wanted.trim() === ""}>
          Ask
        </Button>
      </form>
      <form
        className="flex flex-wrap items-center gap-x-3 gap-y-2 text-xs"
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged) save();
        }}
      >
        {written !== null && (
          <label className="flex min-w-40 flex-1 items-center gap-1.5">
            Text
            <input
              value={text ?? written}
              onChange={(event) => setText(event.target.value)}
              className={`${control} min-w-0 flex-1 text-sm`}
            />
          </label>
        )}
        <StyleControls style={style} onStyle={setStyle} />
        <Button small type="submit" className="h-8" busy={edits.isPending} disabled={!isChanged || running}>
          Save
        </Button>
      </form>
      <Refusal error={ask.error} />
      <Refusal error={edits.error} />
    </div>
  );
}

type StyleControlsProps = { style: Record<string, string>; onStyle: (style: Record<string, string>) => void };

function StyleControls({ style, onStyle }: StyleControlsProps) {
  const id = useId();
  const set = (name: string, value: string) => onStyle({ ...style, [name]: value });
  return (
    <>
      <Color label="Text colour" value={style.color} onValue={(value) => set("color", value)} />
      <Color label="Background" value={style["background-color"]} onValue={(value) => set("background-color", value)} />
      <span className="flex items-center gap-1.5">
        <label htmlFor={id}>Padding</label>
        <select
          id={id}
          value={style.padding ?? ""}
          onChange={(event) => set("padding", event.target.value)}
          className={control}
        >
          <option value="" disabled>
            as it is
          </option>
          {paddings.map((padding) => (
            <option key={padding}>{padding}</option>
          ))}
        </select>
      </span>
    </>
  );
}

type ColorProps = { label: string; value: string | undefined; onValue: (value: string) => void };

function Color({ label, value, onValue }: ColorProps) {
  return (
    <label className="flex items-center gap-1.5">
      {label}
      <input
        type="color"
        value={value ?? "#888888"}
        onChange={(event) => onValue(event.target.value)}
        className={`${control} w-10 px-1`}
      />
    </label>
  );
}

import { useMutation, useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useRunActions } from "../chat/use-run-actions.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { hasWrittenText } from "./edit-source.ts";
import { elementsNow, fileAtQuery } from "./file-at.ts";
import { pointPrompt } from "./point-prompt.ts";
import { keyOf, type Typed } from "./pointed.ts";
import type { PointedElement } from "./preview-message.ts";
import { useElementEdits } from "./use-element-edits.ts";

/** Selected elements, with the revision that their positions refer to. */
export type Placed = { elements: PointedElement[]; revision: number };

const spaces = ["0", "4px", "8px", "12px", "16px", "24px", "32px", "48px"];
/** Style properties that take one of several lengths. */
const lengths = [
  { label: "Margin", property: "margin", own: "margin", choices: spaces },
  { label: "Padding", property: "padding", own: "padding", choices: spaces },
  {
    label: "Text size",
    property: "font-size",
    own: "fontSize",
    choices: ["12px", "14px", "16px", "18px", "20px", "24px", "32px", "40px", "48px", "64px"],
  },
] as const;
const control = "h-8 rounded-md border border-line-strong bg-raised px-2";

/** Returns an element's text if its source contains it literally; null otherwise. */
function useWrittenText(element: PointedElement | undefined, revision: number): string | null {
  const { projectId } = useWorkspace();
  const text = element?.text ?? null;
  const path = element?.place.path ?? "";
  const { data } = useQuery({ ...fileAtQuery(projectId, path, revision), enabled: text !== null });
  if (element === undefined || text === null || data === undefined) return null;
  return hasWrittenText(data.content, { ...element, text }) ? text : null;
}

type ChangesProps = Placed & { typed: Typed; onTyped: (typed: Typed) => void; onEnd: () => void };

/** The forms for a prompt about elements, and for changes of their text and style. */
export function PointChanges({ elements, revision, typed, onTyped, onEnd }: ChangesProps) {
  const { projectId, show, running } = useWorkspace();
  const { wanted, style } = typed;
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
  // Only a single element's text can be edited. Text that was typed already stays when the person selects more
  // elements.
  const texted = elements.length === 1 ? elements[0] : elements.find((one) => keyOf(one) === typed.text?.of);
  const written = useWrittenText(texted, revision);
  const text = texted !== undefined && typed.text?.of === keyOf(texted) ? typed.text.to : null;
  const edits = useElementEdits(revision, onEnd);
  const isTextChanged = text !== null && written !== null && text.trim() !== "" && text !== written;
  const isChanged = isTextChanged || Object.keys(style).length > 0;
  const save = () => {
    // Elements that a loop created share one position in the source.
    const places = new Map(elements.map((one) => [keyOf(one), one]));
    const changes = [...places].map(([key, { place, tag }]) => ({
      place,
      tag,
      ...(isTextChanged && key === typed.text?.of && { text: { from: written, to: text } }),
      ...(Object.keys(style).length > 0 && { style }),
    }));
    edits.mutate(changes.filter((one) => "text" in one || "style" in one));
  };
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
          onChange={(event) => onTyped({ ...typed, wanted: event.target.value })}
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
        {texted !== undefined && written !== null && (
          <label className="flex min-w-40 flex-1 items-center gap-1.5">
            {elements.length === 1 ? "Text" : `Text of <${texted.tag}>`}
            <input
              value={text ?? written}
              onChange={(event) => onTyped({ ...typed, text: { of: keyOf(texted), to: event.target.value } })}
              className={`${control} min-w-0 flex-1 text-sm`}
            />
          </label>
        )}
        <StyleControls first={elements[0]} style={style} onStyle={(next) => onTyped({ ...typed, style: next })} />
        <Button small type="submit" className="h-8" busy={edits.isPending} disabled={!isChanged || running}>
          Save
        </Button>
      </form>
      <Refusal error={ask.error} />
      <Refusal error={edits.error} />
    </div>
  );
}

type Style = Readonly<Record<string, string>>;
type StyleControlsProps = { first: PointedElement | undefined; style: Style; onStyle: (style: Style) => void };

/**
 * Style fields with the first element's values. Only a value that the person selects is a change, and it can be reset.
 */
function StyleControls({ first, style, onStyle }: StyleControlsProps) {
  const set = (name: string, value: string | null) => {
    const { [name]: _, ...others } = style;
    onStyle(value === null ? others : { ...others, [name]: value });
  };
  return (
    <>
      <Color label="Text colour" own={first?.color} value={style.color} onValue={(value) => set("color", value)} />
      <Color
        label="Background"
        own={first?.background}
        value={style["background-color"]}
        onValue={(value) => set("background-color", value)}
      />
      {lengths.map(({ label, property, own, choices }) => (
        <label key={property} className="flex items-center gap-1.5">
          {label}
          <select
            value={style[property] ?? ""}
            onChange={(event) => set(property, event.target.value || null)}
            className={control}
          >
            <option value="">{first?.[own] == null ? "as it is" : `${first[own]} (now)`}</option>
            {choices.map((length) => (
              <option key={length}>{length}</option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

type ColorProps = {
  label: string;
  /** The element's current colour. */
  own: string | null | undefined;
  value: string | undefined;
  onValue: (value: string | null) => void;
};

function Color({ label, own, value, onValue }: ColorProps) {
  return (
    <span className="flex items-center gap-1.5">
      <label className="flex items-center gap-1.5">
        {label}
        <input
          type="color"
          value={value ?? own ?? "#000000"}
          onChange={(event) => onValue(event.target.value)}
          className={`${control} w-10 px-1`}
        />
      </label>
      {value !== undefined && (
        <IconButton label={`Leave as it is: ${label}`} onClick={() => onValue(null)}>
          <Undo2 size={14} />
        </IconButton>
      )}
    </span>
  );
}

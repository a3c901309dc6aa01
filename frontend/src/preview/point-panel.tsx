import { useMutation, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useLayoutEffect } from "react";
import { keys } from "../api/queries.ts";
import { getBuild } from "../api/runs.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { focusFirst } from "../ui/focus.ts";
import { toast } from "../ui/toast.tsx";
import { useMedia } from "../ui/use-media.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { elementsNow } from "./file-at.ts";
import { type Placed, PointChanges } from "./point-changes.tsx";
import { keyOf, type Pointed, type Typed } from "./pointed.ts";
import type { PointedElement } from "./preview-message.ts";

type PointPanelProps = {
  pointed: Pointed;
  onTyped: (typed: Typed) => void;
  onMore: (isMore: boolean) => void;
  onEnd: () => void;
};

/** Returns a hint on how to select elements: by mouse and keyboard, or by touch. */
function hintFor(chosen: number, isTouch: boolean): string {
  const how = isTouch ? "“Add more” adds others." : "Shift adds more, Escape ends.";
  if (chosen > 0) return `${chosen === 1 ? "1 element" : `${chosen} elements`} chosen. ${how}`;
  if (isTouch) return `Tap an element of your app. ${how}`;
  return `Click an element of your app, or use the arrow keys and Enter. ${how}`;
}

/** The form for selected elements: a prompt about them, or changes of their text and style. */
export function PointPanel({ pointed, onTyped, onMore, onEnd }: PointPanelProps) {
  const { elements, revision, isMore, typed } = pointed;
  const isTouch = useMedia("(pointer: coarse)");
  const placed = useProjectPlaces(pointed);
  useFocusAfterwards();
  return (
    <section
      aria-label="Point"
      className="max-h-[45%] shrink-0 overflow-auto border-t border-line bg-surface px-3 py-2 text-sm"
    >
      <div className="flex items-start gap-2">
        <p role="status" className="min-w-0 flex-1 text-soft">
          {hintFor(elements.length, isTouch)}
        </p>
        <Button small tone={isMore ? "primary" : "plain"} aria-pressed={isMore} onClick={() => onMore(!isMore)}>
          Add more
        </Button>
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
          <PointChanges elements={placed} revision={revision} typed={typed} onTyped={onTyped} onEnd={onEnd} />
        </>
      )}
    </section>
  );
}

/** Returns the focus to the button that starts the selection, if the closed panel had the focus. */
function useFocusAfterwards() {
  useLayoutEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body)
          focusFirst([...document.querySelectorAll("[data-begins-pointing]")]);
      });
    },
    [],
  );
}

/**
 * Converts positions to paths of the project: builds name positions relative to the app's folder, which may be a
 * subfolder of the project, and those outside of it with a leading slash.
 */
function useProjectPlaces({ elements, revision }: Pick<Pointed, "elements" | "revision">): PointedElement[] {
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

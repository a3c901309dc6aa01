import { priced } from "../../billing/index.ts";
import type { Usage } from "../../contract/index.ts";
import { type CallEnd, Meter } from "../model/meter.ts";
import type { ModelFailure, TurnBlock } from "../model/port.ts";
import type { StoredTurn } from "../ports.ts";
import { untilAborted } from "./abortable.ts";
import type { LoopState } from "./loop-state.ts";
import type { Prepared } from "./request.ts";

/** The result of one call of the model: a complete turn, a failure, or the text so far of an aborted call. */
export type StreamedTurn =
  | { type: "turn"; content: TurnBlock[]; stopReason: StoredTurn["stopReason"]; usage: Usage }
  /** `shown`: whether viewers have received a part of the answer. */
  | { type: "failure"; failure: ModelFailure; usage: Usage; shown: boolean }
  | { type: "aborted"; text: string; usage: Usage };

/** Streams the model's turn into the run's events, and meters its cost. */
export async function streamTurn(
  run: LoopState,
  step: number,
  { request, promptTokens }: Prepared,
): Promise<StreamedTurn> {
  const meter = new Meter(request, promptTokens);
  let open = "";
  let shown = false;
  const text: string[] = [];
  const usage = (end: CallEnd): Usage => priced(meter.usage(end), run.model.priceOf(request.tier));
  for await (const event of untilAborted(run.model.stream(request, run.signal), run.signal)) {
    meter.hear(event);
    const isFirst: boolean = !shown && (event.type === "text" || event.type === "tool_start");
    shown ||= isFirst;
    switch (event.type) {
      case "text":
        open += event.text;
        run.emit({ type: "text.delta", step, text: event.text });
        break;
      case "text_done":
        text.push(event.text);
        open = "";
        run.emit({ type: "text.done", step, text: event.text });
        break;
      case "tool_start":
        run.emit({ type: "tool.started", step, toolUseId: event.id, name: event.name });
        break;
      case "tool_json":
        run.emit({ type: "tool.delta", toolUseId: event.id, json: event.json });
        break;
      case "done":
        return ended(event, usage("whole"), shown);
      case "failed":
        if (run.signal.aborted) break;
        return { type: "failure", failure: event.failure, usage: usage("broken"), shown };
    }
    // The rest of a short answer has often arrived already. Without this wait the run would process it to its end
    // before the first delta is sent.
    if (isFirst) await run.delivered?.();
  }
  if (run.signal.aborted) {
    if (open !== "") run.emit({ type: "text.done", step, text: open });
    return { type: "aborted", text: [...text, open].join(""), usage: usage("cancelled") };
  }
  return { type: "failure", failure: brokenOff, usage: usage("broken"), shown };
}

const brokenOff: ModelFailure = { kind: "cut", detail: "The model's response was cut off." };
const empty: ModelFailure = {
  kind: "empty",
  detail: "The model returned an empty response twice.",
};

/** Converts a turn without text and without calls to a failure, so that the model is called again. */
function ended(
  { content, stopReason }: Pick<Extract<StreamedTurn, { type: "turn" }>, "content" | "stopReason">,
  usage: Usage,
  shown: boolean,
): StreamedTurn {
  const says = content.some(
    (block) => block.type === "tool_use" || (block.type === "text" && block.text.trim() !== ""),
  );
  if (stopReason === "end_turn" && !says) return { type: "failure", failure: empty, usage, shown };
  return { type: "turn", content, stopReason, usage };
}

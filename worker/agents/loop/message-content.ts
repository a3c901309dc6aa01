import type { MessageContent } from "../../contract/index.ts";
import type { StoredStep } from "../ports.ts";

/** A run's answer as the project's conversation keeps it: what was said and which tools were used, in order. */
export function messageContentOf(steps: StoredStep[]): MessageContent[] {
  return steps.flatMap(({ step, turn, results }) => {
    // What is stored before the first step is a summary for the model, which nobody said.
    if (step === 0) return [];
    let place = 0;
    return turn.content.flatMap((block): MessageContent[] => {
      if (block.type === "text") return block.text.trim() === "" ? [] : [{ type: "text", text: block.text }];
      if (block.type !== "tool_use") return [];
      const result = results.get(place++);
      if (result === undefined) return [];
      const { name, input, content, isError } = result;
      return [{ type: "tool", name, input, result: content, isError }];
    });
  });
}

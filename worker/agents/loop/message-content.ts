import type { MessageContent } from "../../contract/index.ts";
import type { StoredStep } from "../ports.ts";
import { storedPageErrors } from "./stored-page-errors.ts";

/** Converts a run's steps to the content of the agent's message: its texts and tool calls, in order. */
export function messageContentOf(steps: StoredStep[]): MessageContent[] {
  return steps.flatMap(({ step, turn, results }) => {
    // Step 0 is a summary for the model, not a part of the answer.
    if (step === 0) return [];
    let place = 0;
    const told = storedPageErrors({ results });
    const content = turn.content.flatMap((block): MessageContent[] => {
      if (block.type === "text") return block.text.trim() === "" ? [] : [{ type: "text", text: block.text }];
      if (block.type !== "tool_use") return [];
      const result = results.get(place++);
      if (result === undefined) return [];
      const { name, input, content, isError } = result;
      return [{ type: "tool", name, input, result: content, isError }];
    });
    if (told === null) return content;
    const { name, input, content: result, isError } = told;
    return [...content, { type: "tool" as const, name, input, result, isError }];
  });
}

import type { Emit, RunCheckpoints } from "../ports.ts";
import type { Question } from "./outcome.ts";

/** Stores a person's answer as the result of the call that asked. `runAgent` resumes from there. */
export async function answerQuestion(
  { step, place, toolUseId, question, options, access }: Question,
  text: string,
  { journal, emit }: { journal: RunCheckpoints; emit: Emit },
): Promise<void> {
  const name = access === undefined ? "ask_user" : "request_access";
  const input = access ?? { question, ...(options === undefined ? {} : { options }) };
  const saved = journal.saveToolResult(step, place, { toolUseId, name, input, content: text, isError: false });
  emit({ type: "tool.done", step, toolUseId, name, input, result: text, isError: false });
  await saved;
}

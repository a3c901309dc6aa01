import type { StoredResult, StoredStep } from "../ports.ts";
import { fenced } from "../tools/fence.ts";

/** The name of the result that carries errors of pages; no tool has this name. */
export const pageErrorsName = "page_errors";

/** The scripted model recognises a message of this kind by its beginning. */
const intro =
  "While you worked, pages of the app reported errors in a browser, which you have not seen yet. Repair what your changes caused. If one is not yours to repair, say so.";

/** Returns the page errors that were stored with a turn that would have ended the run, or null. */
export const storedPageErrors = ({ results }: Pick<StoredStep, "results">): StoredResult | null =>
  [...results.values()].find(({ name }) => name === pageErrorsName) ?? null;

/** Whether errors were stored for the person, since the run had used all its repairs. */
export const endsRun = ({ input }: Pick<StoredResult, "input">): boolean =>
  typeof input === "object" && input !== null && "repairs" in input;

/** Returns the message to the model about the errors that were stored with its turn; undefined without errors. */
export function pageErrorsIn(step: Pick<StoredStep, "turn" | "results">): string | undefined {
  const stored = storedPageErrors(step);
  return stored === null ? undefined : `${intro}\n${fenced(stored.fence ?? "", stored.content)}`;
}

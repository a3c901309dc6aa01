import type { AccessRequest, RunError, Usage } from "../../contract/index.ts";

/** The outcome of a call of `runAgent`. `waiting` does not end the run: it resumes when the question is answered. */
export type Outcome = { usage: Usage } & (
  | { status: "completed" }
  /** `cause` is the error for the reporter; it never goes to a client. */
  | { status: "failed"; error: RunError; cause?: unknown }
  | { status: "cancelled" }
  | ({ status: "waiting" } & Question)
);

/** A question to the person, and the step and call index where the answer is stored. */
export type Question = {
  step: number;
  place: number;
  toolUseId: string;
  question: string;
  options?: string[];
  /** Set when the question is a request for access. */
  access?: AccessRequest;
};

/** An outcome before the run's usage is known. */
export type Ending =
  | { status: "completed" }
  | { status: "failed"; error: RunError; cause?: unknown }
  | { status: "cancelled" }
  | ({ status: "waiting" } & Question);

/** Builds a failed ending. @param cause the exception, for the reporter */
export const failed = (code: RunError["code"], detail: string, cause?: unknown): Ending => ({
  status: "failed",
  error: { code, detail },
  ...(cause === undefined ? {} : { cause }),
});

/** Seconds to wait after the first, the second, … failed attempt; the eighth is the last. */
const delays = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];

export const attemptTimeoutMs = 15_000;

/** `timedOut`: the attempt timed out, which opens the host's circuit. */
type Failure = { responseStatus: number | null; error: string; timedOut: boolean };

/** The outcome of an attempt and its consequence. */
export type AttemptOutcome =
  | { kind: "succeeded"; responseStatus: number }
  | ({ kind: "retry"; delaySeconds: number } & Failure)
  /** `gone`: the receiver responded with 410, which disables the webhook. */
  | ({ kind: "failed"; gone: boolean } & Failure);

/**
 * @param attempts the number of this attempt, from 1
 * @returns the outcome of an attempt by its status: only 2xx is a success, and redirects are not followed
 */
export function outcomeOfStatus(status: number, attempts: number): AttemptOutcome {
  if (status >= 200 && status < 300) return { kind: "succeeded", responseStatus: status };
  if (status === 410)
    return {
      kind: "failed",
      responseStatus: status,
      error: "The URL responded with 410 Gone.",
      timedOut: false,
      gone: true,
    };
  const redirected = status >= 300 && status < 400;
  const error = redirected ? `Redirects (${status}) are not followed.` : `The URL responded with ${status}.`;
  return failure({ error, responseStatus: status, timedOut: false }, attempts);
}

/**
 * @param attempts the number of the failed attempt, from 1
 * @returns a retry with its delay, or the final failure
 */
export const failure = (failed: Failure, attempts: number): AttemptOutcome => {
  const delaySeconds = delays[attempts - 1];
  return delaySeconds === undefined
    ? { kind: "failed", ...failed, gone: false }
    : { kind: "retry", ...failed, delaySeconds };
};

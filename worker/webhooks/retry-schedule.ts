/** Seconds to wait after the first, the second, … failed attempt. After the eighth there is no other. */
const delays = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];

export const attemptTimeoutMs = 15_000;

/** `timedOut`: it took all the time that an attempt may take, which opens the host's circuit. */
type Failure = { responseStatus: number | null; error: string; timedOut: boolean };

/** How an attempt ended, and what follows from it. */
export type AttemptOutcome =
  | { kind: "succeeded"; responseStatus: number }
  | ({ kind: "retry"; delaySeconds: number } & Failure)
  /** `gone`: the address said that it wants nothing more, which disables the webhook. */
  | ({ kind: "failed"; gone: boolean } & Failure);

/** The verdict on an answer to attempt number `attempts` (from 1). Only 2xx is success; a redirect is not followed. */
export function outcomeOfStatus(status: number, attempts: number): AttemptOutcome {
  if (status >= 200 && status < 300) return { kind: "succeeded", responseStatus: status };
  if (status === 410)
    return {
      kind: "failed",
      responseStatus: status,
      error: "The address answered 410 Gone.",
      timedOut: false,
      gone: true,
    };
  const redirected = status >= 300 && status < 400;
  const error = redirected ? `A redirect (${status}) is not followed.` : `The address answered ${status}.`;
  return failure({ error, responseStatus: status, timedOut: false }, attempts);
}

/** The verdict on attempt number `attempts` that failed. */
export const failure = (failed: Failure, attempts: number): AttemptOutcome => {
  const delaySeconds = delays[attempts - 1];
  return delaySeconds === undefined
    ? { kind: "failed", ...failed, gone: false }
    : { kind: "retry", ...failed, delaySeconds };
};

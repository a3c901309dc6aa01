/** Seconds to wait after the first, the second, … failed attempt. After the eighth there is no other. */
const delays = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];

export const attemptTimeoutMs = 15_000;

/** How an attempt ended, and what follows from it. */
export type Verdict =
  | { kind: "succeeded"; responseStatus: number }
  | { kind: "retry"; responseStatus: number | null; error: string; delaySeconds: number }
  /** `gone`: the address said that it wants nothing more, which disables the webhook. */
  | { kind: "failed"; responseStatus: number | null; error: string; gone: boolean };

/** The verdict on an answer to attempt number `attempts` (from 1). Only 2xx is success; a redirect is not followed. */
export function verdictOn(status: number, attempts: number): Verdict {
  if (status >= 200 && status < 300) return { kind: "succeeded", responseStatus: status };
  if (status === 410)
    return { kind: "failed", responseStatus: status, error: "The address answered 410 Gone.", gone: true };
  const redirected = status >= 300 && status < 400;
  const error = redirected ? `A redirect (${status}) is not followed.` : `The address answered ${status}.`;
  return failure(error, status, attempts);
}

/** The verdict on an attempt that got no answer. */
export const failure = (error: string, responseStatus: number | null, attempts: number): Verdict => {
  const delaySeconds = delays[attempts - 1];
  return delaySeconds === undefined
    ? { kind: "failed", responseStatus, error, gone: false }
    : { kind: "retry", responseStatus, error, delaySeconds };
};

import type { Networks } from "../contract/index.ts";
import { isAppError } from "../errors.ts";
import { checkLimit, type LimitHeaders, type LimitQuestion, refund, remainingAfter } from "./check-limit.ts";
import type { Limiter } from "./limiter.ts";

/**
 * Counts a request against its client's network, and then against the larger network around it, before the body is
 * read.
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function limitByNetwork(
  limiter: Limiter | null,
  limitClass: "auth" | "password-reset-address",
  { own, around }: Networks,
): Promise<LimitHeaders> {
  const headers = await checkLimit({ limiter, class: limitClass, key: own });
  if (around !== null) await checkLimit({ limiter, class: "auth-network", key: `${limitClass} ${around}` });
  return headers;
}

type SignInTry = { limiter: Limiter | null; account: string; network: string };

/**
 * Counts an attempt as failed before the password is verified, so that concurrent attempts cannot exceed the limit;
 * `succeeded` refunds it. Five failures lock a network out of an account. Only four of these count against the account
 * itself, so that no single network can lock out everybody else; five failures from several networks do, except for
 * networks with an earlier successful sign-in.
 * @param isFamiliar called only when the account is locked
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function limitSignIn(
  { limiter, account, network }: SignInTry,
  isFamiliar: () => Promise<boolean>,
): Promise<{ succeeded: () => Promise<void> }> {
  const source: LimitQuestion = { limiter, class: "sign-in-source", key: `${account} ${network}` };
  const whole: LimitQuestion = { limiter, class: "sign-in-account", key: account };
  const counted = [source];
  if ((await remainingAfter(source)) > 0) {
    const refusal = await checkLimit(whole).then(() => null, asRefusal);
    if (refusal === null) counted.push(whole);
    else if (!(await isFamiliar())) {
      await refund(source);
      throw refusal;
    }
  }
  return {
    succeeded: async () => {
      await Promise.all(counted.map(refund));
    },
  };
}

function asRefusal(error: unknown): unknown {
  if (isAppError(error, "rate_limited")) return error;
  throw error;
}

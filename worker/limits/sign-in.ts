import type { Networks } from "../contract/index.ts";
import { isAppError } from "../errors.ts";
import { checkLimit, type LimitHeaders, type LimitQuestion, refund, remainingAfter } from "./check-limit.ts";
import type { Limiter } from "./limiter.ts";

/**
 * Counts a request by its client's address, before anything of it is read: by its own network, then by the one around it.
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
 * Takes one of the failures that an account may have, before the password is looked at, so that many tries at once cannot
 * pass the limit; `succeeded` gives it back. Five failures shut a network out of an account. Of these four count against the
 * account itself, so that no single network can shut out everybody else; five of several networks do, except for
 * networks where the account was signed in to before.
 * @param isFamiliar asked only where the account is shut
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function limitSignIn(
  { limiter, account, network }: SignInTry,
  isFamiliar: () => Promise<boolean>,
): Promise<{ succeeded: () => Promise<void> }> {
  const source: LimitQuestion = { limiter, class: "sign-in-source", key: `${account} ${network}` };
  const whole: LimitQuestion = { limiter, class: "sign-in-account", key: account };
  const taken = [source];
  if ((await remainingAfter(source)) > 0) {
    const refusal = await checkLimit(whole).then(() => null, asRefusal);
    if (refusal === null) taken.push(whole);
    else if (!(await isFamiliar())) {
      await refund(source);
      throw refusal;
    }
  }
  return {
    succeeded: async () => {
      await Promise.all(taken.map(refund));
    },
  };
}

function asRefusal(error: unknown): unknown {
  if (isAppError(error, "rate_limited")) return error;
  throw error;
}

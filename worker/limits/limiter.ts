/** One of the limits of API.md as it is enforced: `limit` takes in any `windowSeconds`. */
export type Policy = { name: string; limit: number; windowSeconds: number };

/** What taking once gave. `degraded`: the store did not answer, and nothing was counted. */
export type Consumed = {
  ok: boolean;
  remaining: number;
  /** Seconds until the window ends or, where `ok` is false, until one more may be taken. */
  resetSeconds: number;
  degraded: boolean;
};

/** Counts who takes how often. An adapter may throw or hang: `failOpen` makes that `degraded`. */
export type Limiter = {
  consume(policy: Policy, key: string): Promise<Consumed>;
  /** Takes one of these back, as if it had not been. */
  refund(policy: Policy, key: string): Promise<void>;
};

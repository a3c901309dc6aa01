/** One limit of docs/api.md: `limit` requests in any window of `windowSeconds`. */
export type Policy = { name: string; limit: number; windowSeconds: number };

/** The result of consuming one request. `degraded`: the store did not respond, and nothing was counted. */
export type Consumed = {
  ok: boolean;
  remaining: number;
  /** Seconds until the window ends or, when `ok` is false, until the next request is allowed. */
  resetSeconds: number;
  degraded: boolean;
};

/** Counts requests by key. An implementation may throw or hang: `failOpen` converts both to `degraded`. */
export type Limiter = {
  consume(policy: Policy, key: string): Promise<Consumed>;
  /** Refunds one consumed request. */
  refund(policy: Policy, key: string): Promise<void>;
  /** Whether a limit is off: its requests are neither counted nor refused. Absent means that every limit is on. */
  isOff?(policy: Policy): boolean;
};

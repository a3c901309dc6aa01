import type { Context } from "hono";
import type { ClaimedKey, KeyPort } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { findStoredResponse, idempotencyOf, replayOrAcquire, settleKey, toKeyRow } from "../middleware/idempotency.ts";
import type { IdempotencyState } from "../middleware/idempotency-store.ts";

/** The KeyPort of a start: its Idempotency-Key is leased, or claimed by the statement that inserts the run. */
export class StartKey implements KeyPort<Response> {
  readonly #c: Context<AppEnv>;
  #state: IdempotencyState | null = null;
  #stored: { contentType: string; body: string } | undefined;

  constructor(c: Context<AppEnv>) {
    this.#c = c;
  }

  /**
   * @returns a function that creates the row with which the INSERT claims the key, from the response to replay; null
   *   without a key
   */
  async claim(): Promise<((response: Pick<ClaimedKey, "status" | "headers" | "body">) => Promise<ClaimedKey>) | null> {
    const state = await this.#stateOf();
    return state && ((response) => toKeyRow(this.#c.get("config"), state, response));
  }

  async acquire(): Promise<Response | null> {
    const state = await this.#stateOf();
    return state && replayOrAcquire(this.#c, state);
  }

  async find(): Promise<Response | null> {
    const state = await this.#stateOf();
    return state && findStoredResponse(this.#c, state);
  }

  /** Sets the JSON that the key replays later, since the response itself is a stream or a later state of the run. */
  replayInstead(body: string): void {
    this.#stored = { contentType: "application/json", body };
  }

  async settle(response: Response): Promise<void> {
    const state = this.#state;
    if (!state?.stopRenewing) return;
    try {
      await settleKey(this.#c, state, response, this.#stored);
    } finally {
      state.stopRenewing();
    }
  }

  /** Creates the attempt once per caller. */
  async #stateOf(): Promise<IdempotencyState | null> {
    if (this.#state?.userId !== this.#c.get("actor")?.ownerId) this.#state = null;
    this.#state ??= await idempotencyOf(this.#c);
    return this.#state;
  }
}

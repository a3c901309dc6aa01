import { RpcTarget } from "cloudflare:workers";
import type { ScheduledCall, ScheduleRun } from "../../worker/contract/schedules-rpc.ts";
import type { AppClock } from "./app-clock.ts";

/** The alarms and crons of one app for its owner, in the app's object. */
export class OwnSchedule extends RpcTarget {
  readonly #clock: AppClock;

  constructor(clock: AppClock) {
    super();
    this.#clock = clock;
  }

  /** Lists all that is due, the earliest first. */
  list(): ScheduledCall[] {
    return this.#clock.list();
  }

  /** Runs one of the list at once. */
  run(id: string): Promise<ScheduleRun> {
    return this.#clock.runByHand(id);
  }
}

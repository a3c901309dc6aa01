import { RpcTarget } from "cloudflare:workers";
import type { ScheduledCall, ScheduleRun } from "../../worker/contract/schedules-rpc.ts";
import type { AppClock } from "./app-clock.ts";

/** Gives the app's owner access to the app's alarms and crons, in the app's object. */
export class OwnSchedule extends RpcTarget {
  readonly #clock: AppClock;

  constructor(clock: AppClock) {
    super();
    this.#clock = clock;
  }

  /** Lists all due alarms and crons, the earliest first. */
  list(): ScheduledCall[] {
    return this.#clock.list();
  }

  /** Runs an alarm or a cron of the list at once. */
  run(id: string): Promise<ScheduleRun> {
    return this.#clock.runByHand(id);
  }
}

import type { PreviewLog, ScheduledCall } from "../../worker/contract/preview-rpc.ts";
import { checkAddress, type ObjectAddress } from "../app/object-gateway.ts";
import type { RunningApp } from "../app/running-app.ts";
import type { ServerCode } from "../project/server.ts";
import { ALARM_HEADER } from "../time/alarm-module.ts";
import { AppClock, type ScheduledEventData } from "../time/app-clock.ts";
import { NOT_SCHEDULED, SCHEDULED_HEADER } from "./isolate-modules.ts";

/** A call of an app's isolate, whose values are as untrusted as the app. */
export type ServiceCall =
  | { kind: "setAlarm"; owner: unknown; at: unknown }
  | { kind: "getAlarm"; owner: unknown }
  | { kind: "deleteAlarm"; owner: unknown };

/** What the services need of the object that hosts the app. */
export type ServicesHost = {
  storage: DurableObjectStorage;
  running: RunningApp;
  /** Returns the code that runs without a visitor; null while none may. */
  code(): ServerCode | null;
  log(line: PreviewLog, codeId: string): void;
};

/** The part of the platform's services that the object of a project hosts: alarms and crons. */
export class HostedServices {
  readonly clock: AppClock;

  constructor({ storage, running, code, log }: ServicesHost) {
    this.clock = new AppClock({
      storage,
      code,
      log,
      alarm: (server, owner, info) => callAlarm(running, server, owner, info),
      scheduled: (server, event) => callScheduled(running, server, event),
    });
  }

  /** Answers a call of the app's isolate. @throws TypeError for arguments that the platform's own module never sends */
  async serve(call: ServiceCall): Promise<unknown> {
    const owner = call.owner === null ? null : checkAddress(call.owner);
    switch (call.kind) {
      case "setAlarm":
        if (typeof call.at !== "number" || !Number.isSafeInteger(call.at)) throw new TypeError("This is not a time.");
        return this.clock.setAlarm(owner, call.at);
      case "getAlarm":
        return this.clock.getAlarm(owner);
      case "deleteAlarm":
        return this.clock.deleteAlarm(owner);
    }
  }

  schedules(): ScheduledCall[] {
    return this.clock.list();
  }
}

/** The host calls handlers by requests, since a class that does not extend DurableObject has no RPC. */
const ADDRESS = "http://edgesmith/";

async function callAlarm(
  running: RunningApp,
  server: ServerCode,
  owner: ObjectAddress | null,
  info: AlarmInvocationInfo,
): Promise<void> {
  const request = new Request(ADDRESS, { method: "POST", headers: { [ALARM_HEADER]: JSON.stringify(info) } });
  await (await running.fetchOwn(server, owner, request)).body?.cancel();
}

/** Calls `scheduled` of the default export, else of `App`. */
async function callScheduled(running: RunningApp, server: ServerCode, event: ScheduledEventData): Promise<void> {
  const headers = { [SCHEDULED_HEADER]: JSON.stringify(event) };
  const response = await running.fetchDefault(server, new Request(ADDRESS, { method: "POST", headers }));
  await response.body?.cancel();
  if (response.status !== NOT_SCHEDULED) return;
  if (!server.hasApp) throw new Error("Handler does not export a scheduled() function.");
  const answer = await running.fetchOwn(server, null, new Request(ADDRESS, { method: "POST", headers }));
  await answer.body?.cancel();
}

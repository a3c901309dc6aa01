import type { PreviewLog, ScheduledCall } from "../../worker/contract/preview-rpc.ts";
import { checkAddress, type ObjectAddress } from "../app/object-gateway.ts";
import type { RunningApp } from "../app/running-app.ts";
import type { Environment } from "../environment.ts";
import { HostedFiles } from "../files/hosted-files.ts";
import { FILES_PATH } from "../files/signed-file.ts";
import type { ServerCode } from "../project/server.ts";
import { ALARM_HEADER } from "../time/alarm-module.ts";
import { AppClock, type ScheduledEventData } from "../time/app-clock.ts";
import { NOT_SCHEDULED, SCHEDULED_HEADER } from "./isolate-modules.ts";

/** A call for an app, whose `owner`, `at`, `key` and `options` are as untrusted as the app. */
export type ServiceCall =
  | { kind: "setAlarm"; owner: unknown; at: unknown }
  | { kind: "getAlarm"; owner: unknown }
  | { kind: "deleteAlarm"; owner: unknown }
  | { kind: "signFile"; key: unknown; options: unknown }
  | { kind: "reserveFile"; key: string; bytes: number }
  | { kind: "settleFile"; key: string; bytes: number | null }
  | { kind: "deletedFiles"; keys: string[] };

/** What the services need of the object that hosts the app. */
export type ServicesHost = {
  storage: DurableObjectStorage;
  environment: Environment;
  projectId: string;
  isPublic: boolean;
  running: RunningApp;
  /** Returns the code that runs without a visitor; null while none may. */
  code(): ServerCode | null;
  log(line: PreviewLog, codeId: string): void;
};

/** The part of the platform's services that the object of a project hosts: alarms, crons, and the room for files. */
export class HostedServices {
  readonly clock: AppClock;
  readonly #files: HostedFiles;

  constructor({ storage, environment, projectId, isPublic, running, code, log }: ServicesHost) {
    this.clock = new AppClock({
      storage,
      code,
      log,
      alarm: (server, owner, info) => callAlarm(running, server, owner, info),
      scheduled: (server, event) => callScheduled(running, server, event),
    });
    this.#files = new HostedFiles(storage, environment.FILES, filePrefixOf(projectId, isPublic), (bytes) =>
      environment.API.reserveFiles(projectId, isPublic ? "public" : "preview", bytes),
    );
  }

  /** Answers a call of the app's isolate. @throws TypeError for arguments that the platform's own module never sends */
  async serve(call: ServiceCall): Promise<unknown> {
    switch (call.kind) {
      case "setAlarm":
        if (typeof call.at !== "number" || !Number.isSafeInteger(call.at)) throw new TypeError("This is not a time.");
        return this.clock.setAlarm(ownerOf(call.owner), call.at);
      case "getAlarm":
        return this.clock.getAlarm(ownerOf(call.owner));
      case "deleteAlarm":
        return this.clock.deleteAlarm(ownerOf(call.owner));
      case "signFile":
        return this.#files.sign(call.key, call.options);
      case "reserveFile":
        return this.#files.reserve(call.key, call.bytes);
      case "settleFile":
        return this.#files.settle(call.key, call.bytes);
      case "deletedFiles":
        return this.#files.deleted(call.keys);
    }
  }

  /** Answers a visitor's request for an address that the platform serves; null for any other. */
  fetch(request: Request): Promise<Response> | null {
    return new URL(request.url).pathname.startsWith(FILES_PATH) ? this.#files.fetch(request) : null;
  }

  schedules(): ScheduledCall[] {
    return this.clock.list();
  }

  /** Deletes what the app has stored by the services; its crons stay. */
  async clear(): Promise<void> {
    await this.clock.clearAlarms();
    await this.#files.clear();
  }

  /** Deletes everything, before all storage of the object is deleted. */
  async forget(): Promise<void> {
    await this.#files.clear();
    this.clock.forget();
    this.#files.forget();
  }
}

/** What the keys of an app's files begin with in the bucket: no other app has it. */
export const filePrefixOf = (projectId: string, isPublic: boolean): string =>
  `${projectId}/${isPublic ? "public" : "preview"}/`;

const ownerOf = (owner: unknown): ObjectAddress | null => (owner === null ? null : checkAddress(owner));

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

import type { AppMail } from "../../worker/contract/app-services.ts";
import { previewLabelOf, readPreviewLabel } from "../../worker/contract/preview-label.ts";
import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import type { HostedApp } from "../app/hosted-app.ts";
import { checkAddress, type ObjectAddress } from "../app/object-gateway.ts";
import type { RunningApp } from "../app/running-app.ts";
import type { Environment } from "../environment.ts";
import { HostedFiles } from "../files/hosted-files.ts";
import { FILES_PATH } from "../files/signed-file.ts";
import { AppMailer, MAIL_PATH } from "../mail/app-mailer.ts";
import type { ServerCode } from "../project/server.ts";
import { ALARM_HEADER } from "../time/alarm-module.ts";
import { AppClock, type ScheduledEventData } from "../time/app-clock.ts";
import { OwnSchedule } from "../time/own-schedule.ts";
import { ClaimSigner } from "./claim-signer.ts";
import { NOT_SCHEDULED, SCHEDULED_HEADER } from "./isolate-modules.ts";
import { type VisitorAction, VisitorUse } from "./visitor-use.ts";

/** A call from an app. Fields of type `unknown` are untrusted. */
export type ServiceCall =
  | { kind: "setAlarm"; owner: unknown; at: unknown }
  | { kind: "getAlarm"; owner: unknown }
  | { kind: "deleteAlarm"; owner: unknown }
  | { kind: "sendMail"; mail: unknown }
  | { kind: "confirmAddress"; address: unknown }
  | { kind: "hasAgreed"; address: unknown }
  | { kind: "takeOfVisitor"; action: VisitorAction; visitor: unknown }
  | { kind: "signFile"; key: unknown; options: unknown }
  | { kind: "reserveFile"; key: string; bytes: number }
  | { kind: "settleFile"; key: string; bytes: number | null }
  | { kind: "deletedFiles"; keys: string[] };

/** The interface of the object that hosts the app. */
export type ServicesHost = {
  storage: DurableObjectStorage;
  environment: Environment;
  app: HostedApp;
  running: RunningApp;
  /** Returns the code that runs without a visitor; null while no such code may run. */
  code(): ServerCode | null;
  log(line: PreviewLog, codeId: string): void;
};

/**
 * The part of the platform's services that runs in a project's object: alarms, crons, and the storage quota of files.
 */
export class HostedServices {
  readonly clock: AppClock;
  readonly #files: HostedFiles;
  readonly #mailer: AppMailer;
  readonly #storage: DurableObjectStorage;
  #origin: string | null = null;
  #use: VisitorUse | null = null;

  constructor({ storage, environment, app, running, code, log }: ServicesHost) {
    this.clock = new AppClock({
      storage,
      code,
      log,
      alarm: (server, owner, info) => callAlarm(running, server, owner, info),
      scheduled: (server, event) => callScheduled(running, server, event),
    });
    this.#storage = storage;
    const signer = new ClaimSigner(storage);
    this.#files = new HostedFiles(storage, {
      bucket: environment.FILES,
      prefix: filePrefixOf(app),
      signer,
      reserveOfAccount: (bytes) => environment.API.reserveFiles(app.projectId, app.kind, bytes),
    });
    const send = (mail: AppMail) => environment.API.sendAppMail(app.projectId, mail);
    this.#mailer = new AppMailer(storage, signer, send, () => this.#knownOrigin());
  }

  /**
   * Executes a call from the app's isolate.
   * @throws TypeError for arguments that the platform's own module never sends
   */
  async serve(call: ServiceCall): Promise<unknown> {
    switch (call.kind) {
      case "setAlarm":
        if (typeof call.at !== "number" || !Number.isSafeInteger(call.at)) throw new TypeError("This is not a time.");
        return this.clock.setAlarm(ownerOf(call.owner), call.at);
      case "getAlarm":
        return this.clock.getAlarm(ownerOf(call.owner));
      case "deleteAlarm":
        return this.clock.deleteAlarm(ownerOf(call.owner));
      case "sendMail":
        return this.#mailer.send(call.mail);
      case "confirmAddress":
        return this.#mailer.confirm(call.address);
      case "hasAgreed":
        return this.#mailer.hasAgreed(call.address);
      case "takeOfVisitor":
        return this.#take(call.action, call.visitor);
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

  /** Responds to a visitor's request for an address that the platform serves; returns null for any other address. */
  fetch(request: Request): Response | Promise<Response> | null {
    const { pathname, origin } = new URL(request.url);
    this.#noteOrigin(origin);
    if (pathname.startsWith(MAIL_PATH)) return this.#mailer.fetch(request);
    return pathname.startsWith(FILES_PATH) ? this.#files.fetch(request) : null;
  }

  /**
   * Records the app's origin for links in mails. The gateway forwards only requests for the app's own hosts, so a mail
   * never links elsewhere.
   */
  #noteOrigin(visited: string): void {
    const origin = withoutSecret(visited);
    if (origin === this.#knownOrigin()) return;
    this.#origin = origin;
    this.#storage.kv.put(ORIGIN, origin);
  }

  #knownOrigin(): string | null {
    this.#origin ??= this.#storage.kv.get<string>(ORIGIN) ?? null;
    return this.#origin;
  }

  /**
   * Counts a visitor's action. A call without a visitor has no limit here.
   * @returns null, or a message that names the exceeded limit
   */
  #take(action: VisitorAction, visitor: unknown): string | null {
    if (visitor === null || visitor === undefined) return null;
    this.#use ??= new VisitorUse(this.#storage);
    return this.#use.take(action, String(visitor).slice(0, MAX_VISITOR_LENGTH), Date.now());
  }

  schedule(): OwnSchedule {
    return new OwnSchedule(this.clock);
  }

  /** Deletes the app's alarms, files and addresses; its crons stay. */
  async clear(): Promise<void> {
    await this.clock.clearAlarms();
    this.#mailer.clear();
    await this.#files.clear();
  }

  /** Deletes everything, before all storage of the object is deleted. */
  async forget(): Promise<void> {
    await this.#files.clear();
    this.clock.forget();
    this.#files.forget();
    this.#mailer.forget();
    this.#use = null;
    this.#origin = null;
  }
}

/** Removes the secret from the host name of a preview for browsers without cookies: a mail must not reveal it. */
function withoutSecret(origin: string): string {
  const { protocol, host } = new URL(origin);
  const [label = "", ...domain] = host.split(".");
  const { secret = null, projectId = "" } = readPreviewLabel(label) ?? {};
  return secret === null ? origin : `${protocol}//${[previewLabelOf(projectId), ...domain].join(".")}`;
}

const ORIGIN = "origin";
const MAX_VISITOR_LENGTH = 200;

/** Returns the key prefix of an app's files in the bucket, which is unique to the app. */
export const filePrefixOf = ({ projectId, kind }: HostedApp): string => `${projectId}/${kind}/`;

const ownerOf = (owner: unknown): ObjectAddress | null => (owner === null ? null : checkAddress(owner));

/** The platform calls handlers through requests, since a class that does not extend DurableObject has no RPC. */
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

/** Calls `scheduled` of the default export or, without one, of `App`. */
async function callScheduled(running: RunningApp, server: ServerCode, event: ScheduledEventData): Promise<void> {
  const headers = { [SCHEDULED_HEADER]: JSON.stringify(event) };
  const response = await running.fetchDefault(server, new Request(ADDRESS, { method: "POST", headers }));
  await response.body?.cancel();
  if (response.status !== NOT_SCHEDULED) return;
  if (!server.hasApp) throw new Error("Handler does not export a scheduled() function.");
  const answer = await running.fetchOwn(server, null, new Request(ADDRESS, { method: "POST", headers }));
  await answer.body?.cancel();
}

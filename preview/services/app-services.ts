import { WorkerEntrypoint } from "cloudflare:workers";
import type { AppMessages } from "../../worker/contract/app-services.ts";
import { type HostedApp, objectOf } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";
import { AppFiles } from "../files/app-files.ts";
import type { FileFacts } from "../files/file-options.ts";
import { filePrefixOf, type ServiceCall } from "./hosted-services.ts";

/**
 * The platform's services for an app's isolate. The app's code may pass any arguments, but acts only for its own
 * project and kind of app: the props name both, and the isolate cannot change them.
 */
export class AppServices extends WorkerEntrypoint<Environment, HostedApp> {
  async setAlarm(owner: unknown, at: unknown): Promise<void> {
    await this.#serve({ kind: "setAlarm", owner, at });
  }

  async getAlarm(owner: unknown): Promise<unknown> {
    return this.#serve({ kind: "getAlarm", owner });
  }

  async deleteAlarm(owner: unknown): Promise<void> {
    await this.#serve({ kind: "deleteAlarm", owner });
  }

  /** Stores or reads one of the app's files. */
  override fetch(request: Request): Promise<Response> {
    return this.#files().fetch(request);
  }

  async headFile(key: unknown): Promise<FileFacts | null> {
    return this.#files().head(key);
  }

  async deleteFiles(keys: unknown): Promise<void> {
    await this.#files().delete(keys);
  }

  async listFiles(options: unknown): Promise<unknown> {
    return this.#files().list(options);
  }

  async signFile(key: unknown, options: unknown): Promise<unknown> {
    return this.#serve({ kind: "signFile", key, options });
  }

  /** Requests a message from a model, within the limit of the visitor on whose behalf the app calls. */
  async messages(visitor: unknown, input: unknown): Promise<AppMessages> {
    const refusal = await this.#serve({ kind: "takeOfVisitor", action: "message", visitor });
    if (typeof refusal === "string") return { ok: false, code: "rate_limited", detail: refusal };
    return this.env.API.appMessages(this.ctx.props.projectId, input);
  }

  async sendMail(mail: unknown): Promise<void> {
    await this.#serve({ kind: "sendMail", mail });
  }

  async confirmAddress(address: unknown, visitor: unknown): Promise<void> {
    const refusal = await this.#serve({ kind: "takeOfVisitor", action: "confirmation", visitor });
    if (typeof refusal === "string") throw new Error(refusal);
    await this.#serve({ kind: "confirmAddress", address });
  }

  async hasAgreed(address: unknown): Promise<unknown> {
    return this.#serve({ kind: "hasAgreed", address });
  }

  #files(): AppFiles {
    return new AppFiles(this.env.FILES, filePrefixOf(this.ctx.props), {
      reserve: async (key, bytes) => void (await this.#serve({ kind: "reserveFile", key, bytes })),
      settle: async (key, bytes) => void (await this.#serve({ kind: "settleFile", key, bytes })),
      delete: async (keys) => void (await this.#serve({ kind: "deletedFiles", keys })),
    });
  }

  #serve(call: ServiceCall): Promise<unknown> {
    return objectOf(this.env, this.ctx.props).serve(call);
  }
}

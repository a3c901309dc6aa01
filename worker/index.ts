import { WorkerEntrypoint } from "cloudflare:workers";
import { answerApp, anthropicModel } from "./agents/index.ts";
import { exchangeSignIn, readAppEnvironment } from "./app-environment/index.ts";
import { configOf } from "./config/index.ts";
import type {
  AppKind,
  AppMail,
  PreviewFault,
  PreviewGateRpc,
  ProviderCode,
  SignInState,
  VisitorMail,
} from "./contract/index.ts";
import { connect } from "./database/index.ts";
import { createApi } from "./http/api.ts";
import { runCron } from "./http/cron/cron.ts";
import type { Env } from "./http/environment.ts";
import {
  admit,
  canMailVisitors,
  enter,
  enterWithoutCookie,
  mailVisitor,
  openSignInState,
  publishedAt,
  readTree,
  reportPreviewFault,
  reserveFiles,
  sendAppMail,
  signSignInState,
  stagedAt,
  tracedEnv,
} from "./preview/index.ts";
import { consumeDeliveries } from "./webhooks/index.ts";

export { RateLimiter } from "./limits/index.ts";
export { Session } from "./runs/index.ts";

/**
 * The RPC entrypoint of the preview Worker: reads files by capability, decides whether a visitor may see a preview, and
 * serves the requests of generated apps that need a secret or an account.
 */
export class PreviewGate extends WorkerEntrypoint<Env> implements PreviewGateRpc {
  readTree(capability: string) {
    return readTree(this.#dependencies(), capability);
  }

  enter(host: string, linkToken: string) {
    return enter(this.#dependencies(), host, linkToken);
  }

  enterWithoutCookie(host: string, handover: string, visitor: string) {
    return enterWithoutCookie(this.#dependencies(), host, handover, visitor);
  }

  admit(host: string, cookie: string | null, visitor: string) {
    return admit(this.#dependencies(), host, cookie, visitor);
  }

  reserveFiles(projectId: string, target: AppKind, bytes: number) {
    return reserveFiles(this.#dependencies(), { projectId, target, bytes });
  }

  sendAppMail(projectId: string, mail: AppMail) {
    return sendAppMail(this.#dependencies(), projectId, mail);
  }

  appMessages(projectId: string, input: unknown) {
    const dependencies = this.#dependencies();
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    return answerApp(
      dependencies,
      { model: () => anthropicModel(dependencies.config), waitUntil },
      { projectId, input },
    );
  }

  readAppEnvironment(projectId: string, target: "preview" | "public") {
    return readAppEnvironment(this.#dependencies(), projectId, target);
  }

  publishedAt(host: string) {
    return publishedAt(this.#dependencies(), host);
  }

  stagedAt(host: string) {
    return stagedAt(this.#dependencies(), host);
  }

  reportFault(fault: PreviewFault) {
    return reportPreviewFault(this.#dependencies(), this.ctx, fault);
  }

  async canMailVisitors() {
    return canMailVisitors(configOf(this.env));
  }

  mailVisitor(mail: VisitorMail) {
    return mailVisitor(this.#dependencies(), mail);
  }

  signSignInState(state: SignInState) {
    return signSignInState(configOf(this.env), state);
  }

  openSignInState(signed: string) {
    return openSignInState(configOf(this.env), signed);
  }

  exchangeSignIn(code: ProviderCode) {
    return exchangeSignIn(this.#dependencies(), code);
  }

  #dependencies() {
    const config = configOf(this.env);
    return { config, database: connect(config.database) };
  }
}

let api: ReturnType<typeof createApi> | undefined;

export default {
  // Creates the routes on the first request: an isolate that only runs Durable Objects or drains a queue needs none.
  fetch: (request, env, context) => {
    api ??= createApi();
    return api(request, tracedEnv(env), context);
  },
  queue: consumeDeliveries,
  scheduled: ({ scheduledTime }, env, background) => runCron(tracedEnv(env), background, scheduledTime),
} satisfies ExportedHandler<Env>;

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../../environment.ts";
import { type HostedApp, objectOf } from "../hosted-app.ts";

/** A D1 database or a KV namespace of an app, by its name in the wrangler configuration. */
export type StoreAddress = { kind: "d1" | "kv"; name: string };

/** A store and the id of the code that calls it. */
export type StoreCaller = StoreAddress & { codeId: string };

/**
 * Props of a gateway: the store that it reaches, which belongs to one app of a project. The platform sets the props
 * when it loads the app's code, and the code cannot change them.
 */
type StoreProps = StoreCaller & { app: HostedApp };

/**
 * Forwards the calls of an app's code to one of its stores, which is a facet of the project's object. Streams bodies,
 * so that an app's large values do not fill the preview Worker's memory.
 */
export class AppStores extends WorkerEntrypoint<Environment, StoreProps> {
  override async fetch(request: Request): Promise<Response> {
    const { app, kind, name, codeId } = this.ctx.props;
    return objectOf(this.env, app).fetchStore({ kind, name, codeId }, request);
  }
}

import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../../environment.ts";

/** A D1 database or a KV namespace of an app, by its name in the wrangler configuration. */
export type StoreAddress = { kind: "d1" | "kv"; name: string };

/** A store and the id of the code that calls it. */
export type StoreCaller = StoreAddress & { codeId: string };

/**
 * The store that a gateway reaches: it belongs to a project's preview or to its published app. The platform sets it when it
 * loads the app's code, and the code cannot change it.
 */
type StoreProps = StoreCaller & { projectId: string; isPublic: boolean };

/**
 * Forwards the calls of an app's code to one of its stores, which is a facet of the project's object. Bodies pass as
 * streams, so that an app's large values do not fill the preview Worker's memory.
 */
export class AppStores extends WorkerEntrypoint<Environment, StoreProps> {
  override async fetch(request: Request): Promise<Response> {
    const { projectId, isPublic, kind, name, codeId } = this.ctx.props;
    const app = (isPublic ? this.env.PUBLIC_APPS : this.env.APPS).getByName(projectId);
    return app.fetchStore({ kind, name, codeId }, request);
  }
}

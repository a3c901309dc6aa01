import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../../environment.ts";

/** A D1 database or a KV namespace of an app, by its name in the wrangler configuration. */
export type StoreAddress = { kind: "d1" | "kv"; name: string };

/** A call of a store for the code with this id. */
export type StoreCall = StoreAddress & { codeId: string; method: string; args: unknown[] };

/**
 * The store that a gateway reaches: it belongs to a project's preview or to its published app. The platform sets it when it
 * loads the app's code, and the code cannot change it.
 */
export type StoreProps = StoreAddress & { projectId: string; isPublic: boolean; codeId: string };

/** Forwards the calls of an app's code to one of its stores, which is a facet of the project's object. */
export class AppStores extends WorkerEntrypoint<Environment, StoreProps> {
  call(method: string, args: unknown[]): Promise<unknown> {
    const { projectId, isPublic, kind, name, codeId } = this.ctx.props;
    const app = (isPublic ? this.env.PUBLIC_APPS : this.env.APPS).getByName(projectId);
    return app.callStore({ kind, name, codeId, method, args });
  }
}

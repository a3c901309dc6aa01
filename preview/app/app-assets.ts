import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../environment.ts";
import { type HostedApp, objectOf } from "./hosted-app.ts";

/** Serves an app's static files to its own server, as the assets binding of its wrangler configuration. */
export class AppAssets extends WorkerEntrypoint<Environment, HostedApp> {
  override async fetch(request: Request): Promise<Response> {
    const { url, method, headers } = request;
    return objectOf(this.env, this.ctx.props).asset(url, method, [...headers]);
  }
}

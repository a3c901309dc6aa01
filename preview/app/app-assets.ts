import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../environment.ts";

/** Names the app whose static files are read: a project's preview or its published app. */
type AssetsProps = { projectId: string; isPublic: boolean };

/** Serves an app's static files to its own server, as the assets binding of its wrangler configuration. */
export class AppAssets extends WorkerEntrypoint<Environment, AssetsProps> {
  override async fetch(request: Request): Promise<Response> {
    const { projectId, isPublic } = this.ctx.props;
    const { url, method, headers } = request;
    const app = (isPublic ? this.env.PUBLIC_APPS : this.env.APPS).getByName(projectId);
    return app.asset(url, method, [...headers]);
  }
}

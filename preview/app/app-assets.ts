import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../environment.ts";

/** Whose static files: a project's preview's, or its published app's. */
type AssetsProps = { projectId: string; isPublic: boolean };

/** The static files of an app, as its own server asks for them: the binding that its wrangler configuration names. */
export class AppAssets extends WorkerEntrypoint<Environment, AssetsProps> {
  override async fetch(request: Request): Promise<Response> {
    const { projectId, isPublic } = this.ctx.props;
    const { url, method, headers } = request;
    const app = (isPublic ? this.env.PUBLIC_APPS : this.env.APPS).getByName(projectId);
    return app.asset(url, method, [...headers]);
  }
}

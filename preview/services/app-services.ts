import { WorkerEntrypoint } from "cloudflare:workers";
import type { Environment } from "../environment.ts";

/** Names the app: a project's preview or its published app. An app's isolate cannot change it. */
type ServicesProps = { projectId: string; isPublic: boolean };

/**
 * What the platform provides to an app's isolate. The app's code may call it with any arguments, but only for its own
 * project and target.
 */
export class AppServices extends WorkerEntrypoint<Environment, ServicesProps> {
  async setAlarm(owner: unknown, at: unknown): Promise<void> {
    await this.#app().serve({ kind: "setAlarm", owner, at });
  }

  async getAlarm(owner: unknown): Promise<unknown> {
    return this.#app().serve({ kind: "getAlarm", owner });
  }

  async deleteAlarm(owner: unknown): Promise<void> {
    await this.#app().serve({ kind: "deleteAlarm", owner });
  }

  #app() {
    const { projectId, isPublic } = this.ctx.props;
    return (isPublic ? this.env.PUBLIC_APPS : this.env.APPS).getByName(projectId);
  }
}

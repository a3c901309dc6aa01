import type { AppKind, AppTarget } from "../../worker/contract/people-rpc.ts";
import type { Environment } from "../environment.ts";

/** A running app of a project, of which each kind has an object and data of its own. */
export type HostedApp = { projectId: string; kind: AppKind };

/** No project's id has a slash, so no project can have the object of another one's staged app. */
const STAGING_SUFFIX = "/staging";

/** Returns whose variables, secrets and grants an app has. */
export const environmentOf = (kind: AppKind): AppTarget => (kind === "public" ? "public" : "preview");

/** Returns the name of the object of an app in its namespace. */
const objectNameOf = ({ projectId, kind }: HostedApp): string =>
  kind === "staging" ? projectId + STAGING_SUFFIX : projectId;

/** Returns the app of an object in the namespace of published and staged apps, by the object's name. */
export const hostedAppOf = (name: string): HostedApp =>
  name.endsWith(STAGING_SUFFIX)
    ? { projectId: name.slice(0, -STAGING_SUFFIX.length), kind: "staging" }
    : { projectId: name, kind: "public" };

/** Returns the object of an app. */
export const objectOf = (env: Environment, app: HostedApp) =>
  (app.kind === "preview" ? env.APPS : env.PUBLIC_APPS).getByName(objectNameOf(app));

/** Returns the object of a published or of a staged app. */
export const publicObjectOf = (env: Environment, app: HostedApp & { kind: "public" | "staging" }) =>
  env.PUBLIC_APPS.getByName(objectNameOf(app));

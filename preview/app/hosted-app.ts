import type { AppKind, AppTarget } from "../../worker/contract/people-rpc.ts";
import type { Environment } from "../environment.ts";

/** A running app of a project. Each kind has its own object and data. */
export type HostedApp = { projectId: string; kind: AppKind };

/** A project's id never contains a slash, so no project can have the object of another project's staged app. */
const STAGING_SUFFIX = "/staging";

/** Returns the target whose variables, secrets and grants an app uses. */
export const environmentOf = (kind: AppKind): AppTarget => (kind === "public" ? "public" : "preview");

/** Returns the name of an app's object in its namespace. */
const objectNameOf = ({ projectId, kind }: HostedApp): string =>
  kind === "staging" ? projectId + STAGING_SUFFIX : projectId;

/** Returns the app of a named object in the namespace of published and staged apps. */
export const hostedAppOf = (name: string): HostedApp =>
  name.endsWith(STAGING_SUFFIX)
    ? { projectId: name.slice(0, -STAGING_SUFFIX.length), kind: "staging" }
    : { projectId: name, kind: "public" };

/** Returns the stub of an app's object. */
export const objectOf = (env: Environment, app: HostedApp) =>
  (app.kind === "preview" ? env.APPS : env.PUBLIC_APPS).getByName(objectNameOf(app));

/** Returns the stub of a published or staged app's object. */
export const publicObjectOf = (env: Environment, app: HostedApp & { kind: "public" | "staging" }) =>
  env.PUBLIC_APPS.getByName(objectNameOf(app));

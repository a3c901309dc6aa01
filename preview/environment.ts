import type { PreviewGateRpc } from "../worker/contract/preview-rpc.ts";
import type { PreviewApp } from "./app/preview-app.ts";
import type { PublicApp } from "./public/public-app.ts";
import type { TypeCheckerRpc } from "./types/type-checker-rpc.ts";

/** What the preview Worker is bound to. There is no secret, no database and no storage of anyone but its own objects. */
export type Environment = {
  /** Origin of the builder's web app: the only page that may frame a preview or hear from it. */
  APP_URL: string;
  /** Previews live at `<label>.<PREVIEW_DOMAIN>`; with a port in local work. */
  PREVIEW_DOMAIN: string;
  /** Where npm packages come from, without a trailing slash. */
  NPM_REGISTRY: string;
  /** `off` lifts the limit of visits to public apps, only where PREVIEW_DOMAIN is a loopback address. */
  RATE_LIMITS?: string;
  APPS: DurableObjectNamespace<PreviewApp>;
  PUBLIC_APPS: DurableObjectNamespace<PublicApp>;
  LOADER: WorkerLoader;
  API: PreviewGateRpc;
  TYPES: TypeCheckerRpc;
};

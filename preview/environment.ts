import type { PreviewGateRpc } from "../worker/contract/preview-rpc.ts";
import type { TypeCheckerRpc } from "./types/type-checker-rpc.ts";

/**
 * What the preview Worker is bound to: the bindings of wrangler.toml, as `npm run types:bindings` writes them. There is no secret, no
 * database and no storage of anyone but its own objects. Wrangler does not know what the entry points of other Workers offer.
 *
 * `APP_URL` is the origin of the builder's web app, the only page that may frame a preview or hear from it. Previews live at
 * `<label>.<PREVIEW_DOMAIN>`, with a port in local work. `NPM_REGISTRY` is where npm packages come from, without a trailing slash.
 */
export type Environment = Omit<PreviewBindings, "API" | "TYPES"> & {
  API: PreviewGateRpc;
  TYPES: TypeCheckerRpc;
  /** `off` lifts the limit of visits to public apps, only where PREVIEW_DOMAIN is a loopback address. */
  RATE_LIMITS?: string;
};

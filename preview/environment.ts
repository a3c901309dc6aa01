import type { PreviewGateRpc } from "../worker/contract/preview-rpc.ts";
import type { TypeCheckerRpc } from "./types/type-checker-rpc.ts";

/**
 * The preview Worker's bindings of wrangler.toml, as `npm run types:bindings` generates them. It has no secret, no
 * database and no storage but its own objects. Wrangler does not know the entry points of other Workers.
 *
 * `APP_URL` is the origin of the builder's web app, the only page that may frame a preview or receive its messages.
 * Previews live at `<label>.<PREVIEW_DOMAIN>`, with a port in local work. `NPM_REGISTRY` is the URL of the npm
 * registry, without a trailing slash.
 */
export type Environment = Omit<PreviewBindings, "API" | "TYPES" | "BUILD_EPOCH"> & {
  API: PreviewGateRpc;
  TYPES: TypeCheckerRpc;
  /** Version of the database's revision numbering. Stored builds of another epoch are not used. */
  BUILD_EPOCH?: string;
  /** The domain for names that owners choose for published apps; PREVIEW_DOMAIN by default. */
  PUBLISHED_DOMAIN?: string;
  /** `off` disables the rate limit of public apps when PREVIEW_DOMAIN is a loopback address. */
  RATE_LIMITS?: string;
};

import type { Environment } from "./environment.ts";
import { serveVisitor } from "./gateway/serve-visitor.ts";

export { AppAssets } from "./app/app-assets.ts";
export { AppTail } from "./app/app-tail.ts";
export { EgressGate } from "./app/egress/egress-gate.ts";
export { AppObjects } from "./app/object-gateway.ts";
export { PreviewApp } from "./app/preview-app.ts";
export { AppStores } from "./app/stores/store-gateway.ts";
export { Builder } from "./builder.ts";
export { PublicApp } from "./public/public-app.ts";
export { AppServices } from "./services/app-services.ts";

export default {
  fetch: (request, env, background) => serveVisitor(request, env, background),
} satisfies ExportedHandler<Environment>;

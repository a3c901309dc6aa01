import { openDoor } from "./door/front-door.ts";
import type { Environment } from "./environment.ts";

export { AppAssets } from "./app/app-assets.ts";
export { AppTail } from "./app/app-tail.ts";
export { AppObjects } from "./app/object-gateway.ts";
export { PreviewApp } from "./app/preview-app.ts";
export { Builder } from "./builder.ts";
export { PublicApp } from "./public/public-app.ts";

export default {
  fetch: (request, env) => openDoor(request, env),
} satisfies ExportedHandler<Environment>;

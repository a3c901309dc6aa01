import type { HostedApp } from "./hosted-app.ts";
import type { Running } from "./running-app.ts";

/** Returns the entry points through which an app's isolate calls the platform. Their props name the app. */
export function appGateways(
  { exports }: DurableObjectState,
  props: HostedApp,
): Pick<Running, "tailsFor" | "assets" | "objects" | "services" | "outbound" | "stores"> {
  return {
    tailsFor: (codeId) => [exports.AppTail({ props: { ...props, codeId } })],
    assets: () => exports.AppAssets({ props }),
    objects: (codeId) => exports.AppObjects({ props: { ...props, codeId } }),
    services: () => exports.AppServices({ props }),
    outbound: () => exports.EgressGate({ props }),
    stores: (codeId, store) => exports.AppStores({ props: { ...store, codeId, app: props } }),
  };
}

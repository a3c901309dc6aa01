import type { Config } from "../config/index.ts";
import type { GrantHostRules } from "../contract/index.ts";

/** @returns the rules for the hosts of grants that this platform's configuration implies */
export const hostRules = (config: Config): GrantHostRules => ({
  appUrl: config.appUrl,
  previewDomain: config.previewDomain,
  allowLoopback: config.allowLoopbackEgress,
});

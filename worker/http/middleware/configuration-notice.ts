import { priceNotice } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import { log } from "../../monitoring/index.ts";

const logged = new WeakSet<Config>();

/** Logs a notice about the configuration for the operators, once per isolate. */
export function logConfigurationNotice(config: Config): void {
  if (logged.has(config)) return;
  logged.add(config);
  const notice = config.hasModel ? priceNotice(config.model) : null;
  if (notice !== null) log(config.logLevel, "warn", { event: "model.price_unknown", notice });
}

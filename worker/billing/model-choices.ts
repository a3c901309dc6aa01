import type { Config } from "../config/index.ts";
import type { ModelChoice } from "../contract/index.ts";
import { tierPrice, tiers } from "./prices.ts";

/** @returns the model of each tier with its price per million tokens, from the fast to the deep one */
export const modelChoices = (model: Config["model"]): ModelChoice[] =>
  tiers.map((tier) => {
    const { source, at } = tierPrice(model, tier);
    const { input, output } = at(0);
    const isKnown = source !== "assumed" && source !== "unknown";
    return { tier, model: model.ids[tier], price: isKnown ? { input, output } : null };
  });

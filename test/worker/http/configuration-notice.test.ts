import { expect, it, onTestFinished, vi } from "vitest";
import { parseConfig } from "../../../worker/config/index.ts";
import { logConfigurationNotice } from "../../../worker/http/middleware/configuration-notice.ts";

const variables = {
  DATABASE_URL: "postgres://ada@db.example/edgesmith",
  AUTH_SECRET: "s3cret-of-more-than-thirty-two-characters",
  APP_URL: "https://edgesmith.example",
  PREVIEW_DOMAIN: "preview.example",
  ANTHROPIC_BASE_URL: "https://gateway.example",
  SESSIONS: {},
  RATE_LIMITERS: {},
  DELIVERIES: {},
  PREVIEW: {},
};

it("The log has one notice per isolate about a model of unknown price, with the way to set it", () => {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
  onTestFinished(() => spy.mockRestore());
  const unknown = parseConfig({ ...variables, MODEL_DEEP: "qwen3-large" });
  logConfigurationNotice(unknown);
  logConfigurationNotice(unknown);
  logConfigurationNotice(parseConfig({ ...variables, MODEL_DEEP: "anthropic/claude-opus-4.5" }));
  logConfigurationNotice(parseConfig({ ...variables, MODEL_DEEP: "qwen3-large", MODEL_DEEP_PRICE: "1/4" }));
  const told = lines.filter((line) => line.includes("model.price_unknown"));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("qwen3-large");
  expect(told[0]).toContain("MODEL_DEEP_PRICE");
});

import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { canMail } from "../../accounts/index.ts";
import { priceNotice } from "../../billing/index.ts";
import { type Config, version } from "../../config/index.ts";
import { healthRoutes, type Ready } from "../../contract/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { limiterOf } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { newRouter } from "./new-router.ts";

type Dependency = Ready["dependencies"][number];

/** The deadline of each check, so that a readiness probe gets a quick response; a slower dependency counts as down. */
const dependencyTimeoutMs = 3_000;

async function measure(name: string, required: boolean, ask: () => Promise<unknown>): Promise<Dependency> {
  const from = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no response in time")), dependencyTimeoutMs);
  });
  try {
    await Promise.race([ask(), late]);
    return { name, required, state: "up", latencyMs: Math.round(performance.now() - from) };
  } catch {
    return { name, required, state: "down", latencyMs: null };
  } finally {
    clearTimeout(timer);
  }
}

const scriptedNotice =
  "Demo mode: scripted answers to a few example prompts. Set ANTHROPIC_API_KEY for Claude, or ANTHROPIC_BASE_URL for any server that speaks the Messages API (Ollama, llama.cpp, LM Studio), and restart to build anything.";

/** @returns a notice about the model for the operators; null when there is none */
function noticeOf({ hasModel, model }: Config): string | null {
  if (model.scripted) return scriptedNotice;
  return hasModel ? priceNotice(model) : null;
}

type Measured = { at: number; dependencies: Dependency[] };

/** How long a result is cached: the route is public, and each check costs a query. */
const cachedMs = 5_000;
/** Shorter for a failure, so that a recovery is visible soon. */
const cachedDownMs = 1_000;
const measured = new WeakMap<Config, Measured>();

async function dependenciesOf(c: Context<AppEnv>): Promise<Dependency[]> {
  const config = c.get("config");
  const cached = measured.get(config);
  const isDown = cached?.dependencies.some(({ state }) => state === "down");
  if (cached && Date.now() - cached.at < (isDown ? cachedDownMs : cachedMs)) return cached.dependencies;
  const limiter = limiterOf(c.env, config);
  const dependencies = await Promise.all([
    measure("database", true, () =>
      executeIdempotent(c.get("database").select({ one: sql`1` }).from(sql`(SELECT 1) AS ping`)),
    ),
    measure("limits", false, async () => {
      const consumed = await limiter?.consume({ name: "ready", limit: 1_000_000, windowSeconds: 60 }, "ready");
      if (consumed?.degraded) throw new AppError("dependency_down", "Rate limit store unavailable.");
    }),
    measure("preview", true, () => c.env.PREVIEW.logs("prj_ready", 1)),
  ]);
  measured.set(config, { at: Date.now(), dependencies });
  return dependencies;
}

/** Routes of liveness and readiness. */
export function healthRouter() {
  return newRouter()
    .openapi(healthRoutes.health, (c) => c.json({ status: "ok" as const, version }, 200))
    .openapi(healthRoutes.ready, async (c) => {
      const config = c.get("config");
      const dependencies = await dependenciesOf(c);
      const isDown = dependencies.some(({ required, state }) => required && state === "down");
      if (isDown) {
        throw new AppError("dependency_down", "A dependency is unavailable.", {
          members: { dependencies },
          retryAfter: 2,
        });
      }
      const degraded = dependencies.some(({ state }) => state === "down");
      const { scripted } = config.model;
      return c.json(
        {
          status: degraded ? ("degraded" as const) : ("ready" as const),
          dependencies,
          model: { configured: config.hasModel && !scripted, scripted, notice: noticeOf(config) },
          imports: { hosts: config.gitHosts.map(({ host }) => host) },
          signIn: { github: config.github !== null, passwordReset: canMail(config) },
        },
        200,
      );
    });
}

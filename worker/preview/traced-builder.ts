import { configOf } from "../config/index.ts";
import { currentOrigin, timed } from "../monitoring/index.ts";

/** The calls that may take seconds. Their last argument is the trace, which the preview Worker's log then continues. */
const carryingTrace = new Set<string | symbol>(["build", "prepare", "buildSummary", "preparePublication"]);

type WithPreview = { PREVIEW: object };

/** One object for each environment, since much is cached by it. */
const traced = new WeakMap<object, WithPreview>();

/** @returns the environment with a preview Worker whose calls are spans of the current request */
export function tracedEnv<Env extends WithPreview>(env: Env): Env {
  const known = traced.get(env);
  // The only writer is below, with this very environment.
  if (known) return known as Env;
  const { logLevel } = configOf(env);
  const own = { ...env, PREVIEW: tracedBuilder(env.PREVIEW, logLevel === "info" || logLevel === "debug") };
  traced.set(env, own);
  return own;
}

/** @param isLogged whether spans are logged, also by the preview Worker, which has no level of its own */
function tracedBuilder<Builder extends object>(builder: Builder, isLogged: boolean): Builder {
  return new Proxy(builder, {
    get(target, name) {
      // Read from the stub itself, which does not know the proxy.
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function" || typeof name === "symbol") return method;
      return (...args: unknown[]) =>
        timed(
          "preview",
          () => name,
          async ({ traceparent }): Promise<unknown> => {
            const origin =
              isLogged && carryingTrace.has(name) && traceparent !== undefined ? currentOrigin() : undefined;
            const more = origin === undefined ? [] : [{ requestId: origin.requestId, traceparent }];
            return Reflect.apply(method, target, [...args, ...more]);
          },
        );
    },
  });
}

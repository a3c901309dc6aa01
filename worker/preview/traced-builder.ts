import { type Config, configOf } from "../config/index.ts";
import { currentOrigin, timed } from "../monitoring/index.ts";

/** The calls that may take seconds. Their last argument is the trace, which the preview Worker's log continues. */
const carryingTrace = new Set<string | symbol>([
  "build",
  "prepare",
  "buildSummary",
  "preparePublication",
  "prepareStaging",
]);

type WithPreview = { PREVIEW: object };

/** One traced object per environment, since several caches are keyed by it. */
const traced = new WeakMap<object, WithPreview>();

/**
 * Returns the environment with a preview Worker whose calls are spans of the current request. Does not parse the
 * configuration, whose faults each request reports itself.
 */
export function tracedEnv<Env extends WithPreview>(env: Env): Env {
  const known = traced.get(env);
  // The only writer is below, with this very environment.
  if (known) return known as Env;
  const { PREVIEW: builder }: { PREVIEW?: object } = env;
  if (builder === undefined) return env;
  const own = { ...env, PREVIEW: tracedBuilder(builder, () => logsSpans(configOf(env))) };
  traced.set(env, own);
  return own;
}

/** Whether spans are logged, also by the preview Worker, which has no level of its own. */
const logsSpans = ({ logLevel }: Pick<Config, "logLevel">): boolean => logLevel === "info" || logLevel === "debug";

function tracedBuilder<Builder extends object>(builder: Builder, isLogged: () => boolean): Builder {
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
            const isCarried = traceparent !== undefined && carryingTrace.has(name) && isLogged();
            const origin = isCarried ? currentOrigin() : undefined;
            const more = origin === undefined ? [] : [{ requestId: origin.requestId, traceparent }];
            return Reflect.apply(method, target, [...args, ...more]);
          },
        );
    },
  });
}

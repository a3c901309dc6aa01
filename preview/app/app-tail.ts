import { WorkerEntrypoint } from "cloudflare:workers";
import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import type { Environment } from "../environment.ts";
import { type HostedApp, objectOf } from "./hosted-app.ts";

/** The app whose log receives the lines, and the id of the code that wrote them. */
type TailProps = HostedApp & { codeId: string };

/** Receives the logs and exceptions of an app's server after each invocation. */
export class AppTail extends WorkerEntrypoint<Environment, TailProps> {
  override async tail(events: TraceItem[]): Promise<void> {
    const app = objectOf(this.env, this.ctx.props);
    const lines = events.flatMap((event) => [
      ...event.logs.map(fromConsole),
      ...distinct(event.exceptions).map(fromException),
    ]);
    if (lines.length > 0) await app.log(lines, this.ctx.props.codeId);
  }
}

/** Removes duplicates: the runtime reports an exception at each layer that it crosses, with or without its stack. */
function distinct(exceptions: TraceException[]): TraceException[] {
  const told = new Map<string, TraceException>();
  for (const exception of exceptions) {
    const key = `${exception.name}: ${exception.message}`;
    if (told.get(key)?.stack === undefined) told.set(key, exception);
  }
  return [...told.values()];
}

function fromConsole({ message, level, timestamp }: TraceLog): PreviewLog {
  const values: unknown[] = Array.isArray(message) ? message : [message];
  return {
    at: new Date(timestamp).toISOString(),
    source: "server",
    level: levelOf(level),
    message: values.map(text).join(" "),
  };
}

function fromException({ name, message, stack, timestamp }: TraceException): PreviewLog {
  const line: PreviewLog = {
    at: new Date(timestamp).toISOString(),
    source: "server",
    level: "error",
    message: `${name}: ${message}`,
  };
  return stack === undefined ? line : { ...line, stack };
}

function levelOf(level: string): PreviewLog["level"] {
  if (level === "debug" || level === "warn" || level === "error") return level;
  return "info";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

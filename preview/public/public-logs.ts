import type { PreviewLog } from "../../worker/contract/preview-rpc.ts";
import { readBrowserLog, VISITOR_LEVELS } from "../app/browser-log.ts";
import { LogStore } from "../app/log-store.ts";

/** Maximum reports per minute from one network, and from all visitors of one app. */
const NETWORK_PER_MINUTE = 10;
const APP_PER_MINUTE = 60;
const KEPT_LINES = 100;
const MINUTE_MS = 60_000;

/**
 * The log of a published app: its server's lines, and the errors that its pages report. Visitors are anonymous and may
 * report anything, so their lines have a table of their own, in which they displace none of the server's, and a limit.
 */
export class PublicLogs {
  readonly #ofServer: LogStore;
  readonly #ofVisitors: LogStore;
  /** Number of reports in the current minute, by network. */
  readonly #counts = new Map<string, number>();
  #minute = 0;

  constructor(storage: DurableObjectStorage) {
    this.#ofServer = new LogStore(storage);
    this.#ofVisitors = new LogStore(storage, {
      component: "visitor_log",
      keptLines: KEPT_LINES,
      linesPerMinute: APP_PER_MINUTE,
    });
  }

  /** Appends log lines of the app's server. */
  append(lines: PreviewLog[]): void {
    this.#ofServer.append(lines);
  }

  /**
   * Stores a page's report.
   * @param network of the visitor; null where limits are off
   * @param mapped converts the positions in a line to those of the project's files
   * @returns the response: 204, 400 for an invalid report, 429 beyond the limit
   */
  async report(request: Request, network: string | null, mapped: (line: PreviewLog) => PreviewLog): Promise<Response> {
    if (network !== null && !this.#allows(network)) return new Response(null, { status: 429 });
    const line = await readBrowserLog(request, VISITOR_LEVELS);
    if (line !== null) this.#ofVisitors.append([mapped(line)]);
    return new Response(null, { status: line === null ? 400 : 204 });
  }

  /** Returns at most `limit` lines of the server and of visitors' pages, oldest first. */
  newest(limit: number): PreviewLog[] {
    const lines = [...this.#ofServer.newest(limit), ...this.#ofVisitors.newest(limit)];
    return lines.sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))).slice(-limit);
  }

  #allows(network: string): boolean {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(network) ?? 0) + 1;
    if (count > 1 || this.#counts.size < APP_PER_MINUTE) this.#counts.set(network, count);
    return count <= NETWORK_PER_MINUTE;
  }
}

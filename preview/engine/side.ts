/**
 * Where a bundle runs: in a browser's page or worker, as an app's server, or as a tool of the platform in an isolate
 * with all of Node's modules.
 */
export type Side = "client" | "worker" | "server" | "tool";

/** Whether a bundle runs in a browser, which has neither Node's nor the platform's modules. */
export const isBrowser = (side: Side): boolean => side === "client" || side === "worker";

/** Where a bundle runs: in a browser's page or worker, as an app's server, or as a tool of ours in an isolate with all of Node's modules. */
export type Side = "client" | "worker" | "server" | "tool";

/** Whether it runs in a browser, where Node's and the platform's modules do not exist. */
export const isBrowser = (side: Side): boolean => side === "client" || side === "worker";

const MB = 1024 * 1024;

/** Maximum outbound requests of one app in a minute, refused ones included. */
export const maxRequestsPerMinute = 600;
/** Maximum size of an outbound request's body and of a response's, as sent and after decompression. */
export const maxRequestBytes = 25 * MB;
export const maxResponseBytes = 25 * MB;
/** How long a host may take until the head of its response, and until its end: models stream for minutes. */
export const headTimeoutMs = 30_000;
export const wholeTimeoutMs = 5 * 60_000;
/** Limits of a WebSocket: the bytes of one message, and of all in one direction; how long it stays open. */
export const maxMessageBytes = MB;
export const maxSocketBytes = 25 * MB;
export const socketTimeoutMs = 60 * 60_000;
/** Maximum WebSockets of one app that are open in one isolate. */
export const maxSockets = 20;
/** How often the grant of an open WebSocket is looked up again, so that a revoked one acts within five seconds. */
export const socketCheckMs = 4_000;

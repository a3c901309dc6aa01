const MB = 1024 * 1024;

/** The maximum number of outbound requests of an app per minute, including refused requests. */
export const maxRequestsPerMinute = 600;
/** The maximum size of the body of an outbound request and of a response, both as sent and after decompression. */
export const maxRequestBytes = 25 * MB;
export const maxResponseBytes = 25 * MB;
/** The time limits for the head and for the end of a host's response. Models stream for minutes. */
export const headTimeoutMs = 30_000;
export const wholeTimeoutMs = 5 * 60_000;
/**
 * The limits of a WebSocket: the bytes of one message, the bytes of all messages in one direction, and the time that
 * the socket stays open.
 */
export const maxMessageBytes = MB;
export const maxSocketBytes = 25 * MB;
export const socketTimeoutMs = 60 * 60_000;
/** The maximum number of open WebSockets of one app in one isolate. */
export const maxSockets = 20;
/** The interval between checks of an open WebSocket's grant, so that a revocation takes effect within five seconds. */
export const socketCheckMs = 4_000;

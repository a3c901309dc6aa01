const MB = 1024 * 1024;

/** Maximum outbound requests of one app in a minute, refused ones included. */
export const maxRequestsPerMinute = 600;
/** Maximum size of an outbound request's body and of a response's, as sent and after decompression. */
export const maxRequestBytes = 25 * MB;
export const maxResponseBytes = 25 * MB;
/** How long a host may take until the head of its response, and until its end: models stream for minutes. */
export const headTimeoutMs = 30_000;
export const wholeTimeoutMs = 5 * 60_000;

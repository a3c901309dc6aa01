// A published app's visits between the preview Worker and the API Worker. Types only.

/**
 * The requests that a published app answered on one day (UTC, `YYYY-MM-DD`).
 * - `visits`: how often a browser opened a page
 * - `errors`: responses with a status of 500 or more
 * - `p50Ms`, `p95Ms`: percentiles of the milliseconds until a response began; null without a response
 */
export type VisitDay = {
  day: string;
  visits: number;
  requests: number;
  errors: number;
  p50Ms: number | null;
  p95Ms: number | null;
};

/** Counts by bucket; a bucket without a count is absent. Buckets grow by a tenth, so a percentile is off by at most 5 %. */
export type Histogram = Record<string, number>;

const growth = Math.log(1.1);

/** @returns the bucket of a duration; everything below a millisecond shares the first */
const bucketOf = (ms: number): number => Math.ceil(Math.log(Math.max(1, ms)) / growth);

/** Counts a duration in a histogram. */
export function countIn(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds the counts of `more` to `histogram`. */
export function addHistogram(histogram: Histogram, more: Histogram): void {
  for (const [bucket, count] of Object.entries(more)) histogram[bucket] = (histogram[bucket] ?? 0) + count;
}

/**
 * @param share the percentile as a share: 0.95 for p95
 * @returns the duration in milliseconds, to a tenth; null for an empty histogram
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(total * share));
  let passed = 0;
  for (const { bucket, count } of buckets) {
    passed += count;
    if (passed >= rank) return Math.round(Math.exp((bucket - 0.5) * growth) * 10) / 10;
  }
  return null;
}

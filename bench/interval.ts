import { percentile, ratio } from "./figures.ts";

const resamples = 500;
/** The number of rounds that are resampled together, since a disturbance of the machine lasts longer than one round. */
const blockRounds = 20;

/**
 * Describes the ratio of two sides' percentiles with the interval of 95 % of its resamples: a bootstrap of blocks of
 * rounds, the same blocks for both sides, because they were measured alternately.
 * @param measured times of the measured side by round
 * @param base times of the other side, of the same rounds
 * @param percent the percentile, from 0 to 100
 * @returns such as `1.02 × (1.01 to 1.03)`
 */
export function ratioOf(measured: number[], base: number[], percent: number): string {
  const of = (one: number[], other: number[]) => percentile(one, percent) / percentile(other, percent);
  const blocks = Math.ceil(base.length / blockRounds);
  const ratios = Array.from({ length: resamples }, () => {
    const chosen = Array.from({ length: blocks }, () => Math.floor(Math.random() * blocks) * blockRounds);
    const sample = (times: number[]) => chosen.flatMap((from) => times.slice(from, from + blockRounds));
    return of(sample(measured), sample(base));
  });
  const [low, high] = [2.5, 97.5].map((share) => percentile(ratios, share).toFixed(2));
  return `${ratio(of(measured, base))} (${low} to ${high})`;
}

import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";

type ChartProps = {
  /** What it shows, with its figures in words: for those who cannot see it. */
  label: string;
  /** Unix seconds, ascending. */
  times: number[];
  /** The values at these times; null where nothing was measured. */
  values: (number | null)[];
  format: (value: number) => string;
  isBars?: boolean;
};

const height = 150;
const bars = UPlot.paths.bars?.({ size: [0.8, 24] });

/** A chart of one series over time. It follows the width of its place and the colours of the theme. */
export function Chart({ label, times, values, format, isBars = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const { color: ink } = getComputedStyle(element);
    const { color: faint, borderTopColor: line } = getComputedStyle(element.parentElement ?? element);
    const axis = { stroke: faint, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
        axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map(format) }],
        series: [
          {},
          {
            stroke: ink,
            width: 1.5,
            spanGaps: false,
            points: { show: values.length < 3 },
            ...(isBars && bars && { paths: bars, fill: ink }),
          },
        ],
      },
      [times, values],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [times, values, format, isBars]);
  return (
    <div className="border-line text-faint">
      <div ref={place} role="img" aria-label={label} className="overflow-hidden text-ember" style={{ height }} />
    </div>
  );
}

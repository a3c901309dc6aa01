import { BarChart, Interpolation, LineChart } from "chartist";
import { useEffect, useRef } from "react";
import "./chart.css";

type ChartProps = {
  /** Describes the chart and its figures for screen readers. */
  label: string;
  /** Unix seconds, ascending. */
  times: number[];
  /** The values at these times; null for a time without a measurement. */
  values: (number | null)[];
  format: (value: number) => string;
  isBars?: boolean;
};

const labels = 6;
/** The width of a date label in CSS pixels, so that adjacent labels do not overlap on a narrow screen. */
const labelWidth = 64;
const daySeconds = 86_400;

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });

/** A chart of one series over time, as SVG in the colours of the theme. */
export function Chart({ label, times, values, format, isBars = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const spansDays = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * daySeconds;
    // Chartist calls this again for every label when the window's width changes.
    const isLabelled = (index: number): boolean => {
      const fitting = Math.max(1, Math.min(labels, Math.floor(element.clientWidth / labelWidth)));
      return index % Math.max(1, Math.ceil(times.length / fitting)) === 0;
    };
    const data = {
      labels: times.map((at) => (spansDays ? date : clock).format(at * 1_000)),
      series: [values],
    };
    // Without an explicit height Chartist draws a series of zeros through the middle. This axis has only one label.
    const isFlat = !values.some((value) => value !== null && value > 0);
    const options = {
      low: 0,
      ...(isFlat && { high: 1 }),
      axisX: {
        showGrid: false,
        labelInterpolationFnc: (text: string | number, index: number) => (isLabelled(index) ? text : null),
      },
      axisY: {
        offset: 56,
        labelInterpolationFnc: (value: string | number) => (isFlat && Number(value) > 0 ? "" : format(Number(value))),
      },
    };
    const chart = isBars
      ? new BarChart(element, data, options)
      : new LineChart(element, data, {
          ...options,
          fullWidth: true,
          showPoint: values.filter((value) => value !== null).length < 3,
          lineSmooth: Interpolation.none({ fillHoles: false }),
        });
    return () => {
      chart.detach();
    };
  }, [times, values, format, isBars]);
  return <div ref={place} role="img" aria-label={label} className="chart" />;
}

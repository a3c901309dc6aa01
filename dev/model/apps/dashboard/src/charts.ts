const space = "http://www.w3.org/2000/svg";

function shape(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

function canvas(width: number, height: number, label: string): SVGElement {
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "chart" });
}

/** A line over an area, with three lines to read values by. */
export function lineChart(values: number[], label: string, format: (value: number) => string): SVGElement {
  const [width, height, foot] = [760, 240, 24];
  const top = Math.max(1, ...values) * 1.1;
  const x = (place: number) => 56 + (place * (width - 64)) / Math.max(1, values.length - 1);
  const y = (value: number) => height - foot - (value / top) * (height - foot - 12);
  const chart = canvas(width, height, label);
  for (const part of [0, 0.5, 1]) {
    const value = (part * top) / 1.1;
    chart.append(
      shape("line", { x1: 56, x2: width, y1: y(value), y2: y(value), class: "rule" }),
      shape("text", { x: 48, y: y(value) + 4, class: "tick" }, format(value)),
    );
  }
  const line = values.map((value, place) => `${place === 0 ? "M" : "L"}${x(place)} ${y(value)}`).join("");
  const floor = `L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`;
  chart.append(shape("path", { d: line + floor, class: "area" }), shape("path", { d: line, class: "line" }));
  return chart;
}

/** One bar for each named value. */
export function barChart(bars: { name: string; value: number }[], label: string): SVGElement {
  const [width, height] = [420, 220];
  const top = Math.max(1, ...bars.map((bar) => bar.value));
  const step = width / bars.length;
  const chart = canvas(width, height, label);
  for (const [place, { name, value }] of bars.entries()) {
    const tall = (value / top) * (height - 60);
    const middle = place * step + step / 2;
    chart.append(
      shape("rect", {
        x: middle - step * 0.3,
        y: height - 30 - tall,
        width: step * 0.6,
        height: tall,
        rx: 6,
        class: "bar",
      }),
      shape("text", { x: middle, y: height - 38 - tall, class: "value" }, String(value)),
      shape("text", { x: middle, y: height - 8, class: "name" }, name),
    );
  }
  return chart;
}

/** Shares of a whole as a ring. */
export function ringChart(parts: { name: string; share: number }[], label: string): SVGElement {
  const chart = canvas(420, 220, label);
  const around = 2 * Math.PI * 70;
  let turned = 0;
  for (const [place, { name, share }] of parts.entries()) {
    const ring = {
      cx: 110,
      cy: 110,
      r: 70,
      class: `ring part-${place}`,
      "stroke-dasharray": `${share * around - 3} ${around}`,
      transform: `rotate(${turned * 360 - 90} 110 110)`,
    };
    const line = 56 + place * 34;
    chart.append(
      shape("circle", ring),
      shape("rect", { x: 232, y: line - 11, width: 14, height: 14, rx: 4, class: `key part-${place}` }),
      shape("text", { x: 256, y: line, class: "legend" }, `${name}, ${Math.round(share * 100)} %`),
    );
    turned += share;
  }
  return chart;
}

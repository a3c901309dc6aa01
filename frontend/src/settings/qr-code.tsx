import encodeQR from "qr";

/** Returns a row's modules as SVG path data, with one subpath for each run of dark modules. */
function rowPath(row: boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x += 1) {
    const from = x;
    while (row[x]) x += 1;
    if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
  }
  return path;
}

/**
 * Draws a QR code, black on white in both themes and in forced-colours mode, since many cameras cannot read an inverted
 * code.
 * @param label the text alternative for screen readers
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = encodeQR(text, "raw", { border: 4 });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
      className="size-44 rounded-md forced-color-adjust-none"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={rows.map(rowPath).join("")} fill="#000" />
    </svg>
  );
}

/** A row of a benchmark's table: its label, and its figures in the order of the table. */
export type MeasuredRow = { label: string; figures: number[] };

/** How to read the tables of a benchmark. */
export type TableShape = {
  /** The cells that tell rows apart. */
  labelCells: number;
  /** The cells after them that are compared, from the first on. */
  figureCells: number;
};

/**
 * Reads the Markdown tables that a benchmark has printed. Rows without a figure are left out.
 * @param output the program's standard output
 * @returns milliseconds for times, the plain number for everything else
 */
export function readRows(output: string, { labelCells, figureCells }: TableShape): MeasuredRow[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.slice(1, -1).split("|"))
    .map((cells) => ({
      label: cells
        .slice(0, labelCells)
        .map((cell) => cell.trim())
        .join(", "),
      figures: cells.slice(labelCells, labelCells + figureCells).flatMap(figuresIn),
    }))
    .filter(({ figures }) => figures.length > 0);
}

/** Reads `5.1 ms`, `14.9 / 19.0 ms`, `0.6 / 0.7 s` and `162`. */
function figuresIn(cell: string): number[] {
  const factor = /\d s\b/.test(cell) ? 1_000 : 1;
  return cell
    .split("/")
    .map((part) => part.trim())
    .filter((part) => /^\d/.test(part))
    .map((part) => Number.parseFloat(part.replaceAll(",", "")) * factor);
}

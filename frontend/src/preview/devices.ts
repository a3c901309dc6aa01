/** A screen that the preview emulates, with its size in CSS pixels; null fills the panel. */
export type Device = { name: string; size: { width: number; height: number } | null };

export const devices = [
  { name: "Fit", size: null },
  { name: "Phone", size: { width: 390, height: 844 } },
  { name: "Small phone", size: { width: 360, height: 640 } },
  { name: "Tablet", size: { width: 820, height: 1_180 } },
  { name: "Laptop", size: { width: 1_280, height: 800 } },
] as const satisfies readonly Device[];

/** The names of the devices. */
export type DeviceName = (typeof devices)[number]["name"];

/** The emulated screen. */
export type Screen = { device: DeviceName; isTurned: boolean };

/** Parses a stored screen. An invalid value yields the screen that fills the panel. */
export function readScreen(kept: unknown): Screen {
  const fields: Record<string, unknown> = typeof kept === "object" && kept !== null ? { ...kept } : {};
  const device = devices.find(({ name }) => name === fields.device)?.name ?? "Fit";
  return { device, isTurned: fields.isTurned === true };
}

/** Returns a device's name and size. */
export const titleOf = ({ name, size }: Device): string =>
  size === null ? name : `${name} ${size.width}×${size.height}`;

/** Returns a device's size, rotated by 90° if requested; null for a screen that fills the panel. */
export function sizeOf(name: DeviceName, isTurned: boolean): { width: number; height: number } | null {
  const size = devices.find((device) => device.name === name)?.size ?? null;
  return size === null || !isTurned ? size : { width: size.height, height: size.width };
}

/** The longest edge that models process, in pixels. Their servers scale down larger images. */
const maxEdge = 1_568;
/** The maximum size of an image: five of them in base64 fit into an API request. */
export const maxPictureBytes = 1_200_000;

type Size = { width: number; height: number };

/** Returns the size at which an image is sent: its own size, if models process it at full resolution. */
export function sentSize({ width, height }: Size): Size {
  const scale = Math.min(1, maxEdge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

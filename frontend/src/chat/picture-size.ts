/** The longest edge that models look at, in pixels: their servers scale a larger picture down. */
const maxEdge = 1_568;
/** Five pictures in base64 fit into a request of the API. */
export const maxPictureBytes = 1_200_000;

type Size = { width: number; height: number };

/** Returns the size at which a picture is sent: its own where models see all of it. */
export function sentSize({ width, height }: Size): Size {
  const scale = Math.min(1, maxEdge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

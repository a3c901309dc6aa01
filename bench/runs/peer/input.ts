import { z } from "zod";

/** Input of the process that hosts the peer's runtime: the bundled Worker, its state folder, and two addresses. */
export const peerInput = z.object({
  bundle: z.string(),
  stateDir: z.string(),
  port: z.number().int(),
  modelUrl: z.string(),
});
export type PeerInput = z.infer<typeof peerInput>;

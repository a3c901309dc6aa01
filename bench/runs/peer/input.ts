import { z } from "zod";

/** What the process that holds the peer's runtime gets: the bundled Worker, where its state goes, and two addresses. */
export const peerInput = z.object({
  bundle: z.string(),
  stateDir: z.string(),
  port: z.number().int(),
  modelUrl: z.string(),
});
export type PeerInput = z.infer<typeof peerInput>;

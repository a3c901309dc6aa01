// `npm run bench apps`: what the platform adds to what a generated app does.
import { benchEgress } from "./apps/egress.ts";

export async function benchApps(): Promise<void> {
  await benchEgress();
}

// `npm run bench apps`: the time that the platform adds to the work of a generated app.
import { benchEgress } from "./apps/egress.ts";
import { benchSignedIn } from "./apps/signed-in.ts";

export async function benchApps(): Promise<void> {
  await benchEgress();
  await benchSignedIn();
}

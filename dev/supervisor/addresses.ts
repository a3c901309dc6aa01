import { freePort, isPortFree } from "../ports.ts";

export type Addresses = { port: number; previewPort: number; appUrl: string; previewDomain: string };

/**
 * Chooses the two ports that a browser uses: the app's, and the next one for previews, which need their own origin.
 * @param wanted the app's port; any free pair when absent
 * @throws Error when one of the two is taken
 */
export async function chooseAddresses(wanted: number | undefined): Promise<Addresses> {
  const port = wanted === undefined ? await freePair() : wanted;
  if (!Number.isInteger(port) || port < 1 || port > 65_534)
    throw new Error(`PORT must be between 1 and 65534, not ${wanted}`);
  for (const each of [port, port + 1]) {
    if (!(await isFreeEverywhere(each))) {
      const use = each === port ? "the app" : "previews";
      throw new Error(
        `Port ${each} (for ${use}) is taken by another program. Stop that, or set PORT to another number.`,
      );
    }
  }
  const previewPort = port + 1;
  return { port, previewPort, appUrl: `http://localhost:${port}`, previewDomain: `localhost:${previewPort}` };
}

async function freePair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await freePort();
    if (port < 65_535 && (await isPortFree(port + 1))) return port;
  }
  throw new Error("There are no two free ports side by side.");
}

/** Checks IPv6 as well: a browser may resolve localhost to ::1 first. */
async function isFreeEverywhere(port: number): Promise<boolean> {
  return (await isPortFree(port)) && ((await isPortFree(port, "::1")) || !(await isPortFree(0, "::1")));
}

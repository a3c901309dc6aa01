import type { Config } from "../config/index.ts";
import { decrypt } from "../crypto/index.ts";
import { aboutSecret } from "./about-secret.ts";

type Sealed = { name: string; target: string; sealed: string };

/**
 * Decrypts the named secrets of a project. Of two secrets with the same name the last one wins.
 * @throws AppError `misconfigured` when a secret cannot be decrypted
 */
export async function openSecrets(
  config: Config,
  projectId: string,
  secrets: Sealed[],
  names: ReadonlySet<string>,
): Promise<Record<string, string>> {
  const used = secrets.filter(({ name }) => names.has(name));
  const opened = used.map(async (secret): Promise<[string, string]> => {
    const about = aboutSecret({ projectId, name: secret.name, target: secret.target });
    return [secret.name, await decrypt(config, secret.sealed, about, projectId)];
  });
  return Object.fromEntries(await Promise.all(opened));
}

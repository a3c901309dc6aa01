import { AppError } from "../../errors.ts";
import { archiveAddress } from "./archive-address.ts";
import type { RepositoryAddress } from "./repository-address.ts";

/** The same maximum as for an uploaded archive. */
const maxArchiveBytes = 20 * 1024 * 1024;
const maxRedirects = 3;
const defaultTimeoutMs = 30_000;

const refused = (detail: string) => new AppError("import_refused", detail);

/**
 * Fetches a repository's archive, without a credential.
 * @param timeoutMs for all of it
 * @throws AppError `import_refused` when the host does not have the archive or redirects elsewhere, `payload_too_large`,
 *   `dependency_down` when the host fails or is too slow
 */
export async function fetchArchive(
  repository: RepositoryAddress,
  timeoutMs: number = defaultTimeoutMs,
): Promise<Uint8Array> {
  const { host } = repository.host;
  try {
    const answer = await request(repository, AbortSignal.timeout(timeoutMs));
    return await readBounded(answer, host);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const isTimeout = cause instanceof Error && cause.name === "TimeoutError";
    const fault = isTimeout ? `did not send the archive within ${timeoutMs / 1_000} seconds` : "could not be reached";
    throw new AppError("dependency_down", `${host} ${fault}. Try again.`, { cause, retryAfter: 10 });
  }
}

async function request(repository: RepositoryAddress, signal: AbortSignal): Promise<Response> {
  const { url, origins } = archiveAddress(repository);
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await fetch(at, { redirect: "manual", signal, headers: { "User-Agent": "Edgesmith" } });
    if (answer.status < 300 || answer.status > 399) return requireArchive(answer, repository);
    await answer.body?.cancel();
    const next = nextAddress(answer, at);
    if (next === null || !origins.includes(next.origin) || redirects === maxRedirects) {
      throw refused(`${repository.host.host} sends the archive from another host, which is not configured.`);
    }
    at = next.href;
  }
}

function nextAddress(answer: Response, at: string): URL | null {
  const location = answer.headers.get("location");
  return location !== null && URL.canParse(location, at) ? new URL(location, at) : null;
}

async function requireArchive(answer: Response, { host, path, ref }: RepositoryAddress): Promise<Response> {
  // Some hosts redirect a private repository to a sign-in page.
  const isPage = answer.headers.get("content-type")?.startsWith("text/html") === true;
  if (answer.ok && !isPage) return answer;
  await answer.body?.cancel();
  if (answer.status >= 500 || answer.status === 429) {
    throw new AppError("dependency_down", `${host.host} answers with an error. Try again later.`, { retryAfter: 60 });
  }
  const at = ref === null ? "" : `, or no branch, tag or commit “${ref}” in it`;
  throw refused(`${host.host} has no public repository ${path}${at}.`);
}

async function readBounded(answer: Response, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > maxArchiveBytes) {
      const limit = maxArchiveBytes / 1024 / 1024;
      throw new AppError(
        "payload_too_large",
        `The archive at ${host} is larger than ${limit} MB. Import a folder's .zip.`,
      );
    }
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

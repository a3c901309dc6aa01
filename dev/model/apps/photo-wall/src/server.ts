const types: readonly unknown[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const maxBytes = 5_000_000;

const field = (body: unknown, name: string): unknown =>
  typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

/** Gives an address that takes one picture. The page uploads there directly, past this server. */
async function beginUpload(request: Request, env: Cloudflare.Env): Promise<Response> {
  const body: unknown = await request.json().catch(() => null);
  const [type, bytes] = [field(body, "type"), field(body, "bytes")];
  if (typeof type !== "string" || !types.includes(type)) return problem(422, "A picture is PNG, JPEG, GIF or WebP.");
  if (typeof bytes !== "number" || bytes > maxBytes) return problem(413, "A picture has at most 5 MB.");
  // Files are listed in the order of their names, and the newest is to come first.
  const key = `photos/${1e15 - Date.now()}-${crypto.randomUUID()}`;
  const address = await env.FILES.signedUrl(key, { method: "PUT", maxBytes, contentType: type });
  return Response.json({ address }, { status: 201 });
}

/** The app's server: addresses of the pictures, and one for the next. */
export default {
  async fetch(request: Request, env: Cloudflare.Env): Promise<Response> {
    if (new URL(request.url).pathname !== "/api/photos") return problem(404, "There is nothing here.");
    if (request.method === "POST") return beginUpload(request, env);
    if (request.method !== "GET") return problem(405, `${request.method} is not possible here.`);
    const { objects } = await env.FILES.list({ prefix: "photos/", limit: 60 });
    return Response.json(await Promise.all(objects.map(({ key }) => env.FILES.signedUrl(key, { expiresIn: 3_600 }))));
  },
};

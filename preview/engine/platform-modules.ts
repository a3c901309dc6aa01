/**
 * The platform's own modules for an app's server, by the name that the app imports. They are bundled into the server's
 * script.
 * They include `cloudflare:email`: workerd has a module of this name but not the module that it imports, so no server
 * that loads it would start, such as any with Cloudflare's `agents`
 * (https://developers.cloudflare.com/email-routing/email-workers/runtime-api/).
 */
export const platformModules: ReadonlyMap<string, string> = new Map([
  [
    "edgesmith:auth",
    `// The platform sets the header for a signed-in person and removes any other (preview/people/user-header.ts).
export async function user(request) {
  const header = request.headers.get("x-edgesmith-user");
  return header === null ? null : JSON.parse(header);
}
const at = (path) => (returnTo = "/") => path + "?to=" + encodeURIComponent(returnTo);
export const signInUrl = at("/__edgesmith/sign-in");
export const signOutUrl = at("/__edgesmith/sign-out");
`,
  ],
  [
    "cloudflare:email",
    `export class EmailMessage {
  constructor(from, to, raw) {
    Object.assign(this, { from, to, raw });
  }
}
`,
  ],
]);

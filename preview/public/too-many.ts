import { isNavigation } from "../app/navigation.ts";
import { tooManyPage } from "../gateway/pages.ts";
import { type Counted, visitorRequestsPerMinute } from "./visitor-limit.ts";

/** Responds to a request above the visitors' rate limit: with a page for a navigation, with JSON otherwise. */
export function tooMany(request: Request, { resetSeconds }: Counted): Response {
  const detail = `At most ${visitorRequestsPerMinute} requests a minute from one network. Try again in ${resetSeconds} s.`;
  const answer = isNavigation(request)
    ? tooManyPage(resetSeconds)
    : Response.json({ error: "rate_limited", detail }, { status: 429 });
  answer.headers.set("Retry-After", String(resetSeconds));
  answer.headers.set("RateLimit-Policy", `"visits";q=${visitorRequestsPerMinute};w=60`);
  answer.headers.set("RateLimit", `"visits";r=0;t=${resetSeconds}`);
  return answer;
}

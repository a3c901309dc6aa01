const maxLength = 2_000;
const maxMessages = 30;
const system =
  "You are a gardener. Answer questions about plants in a few plain sentences, and say when you do not know.";

type Message = { role: "user" | "assistant"; content: string };

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

const isMessage = (value: unknown): value is Message => {
  if (typeof value !== "object" || value === null) return false;
  const [role, content]: unknown[] = [Reflect.get(value, "role"), Reflect.get(value, "content")];
  const isRole = role === "user" || role === "assistant";
  return isRole && typeof content === "string" && content !== "" && content.length <= 4 * maxLength;
};

/** The conversation that a page sends, which keeps it; undefined for anything else. */
function messagesOf(body: unknown): Message[] | undefined {
  const messages = typeof body === "object" && body !== null && "messages" in body ? body.messages : null;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) return undefined;
  return messages.slice(-maxMessages);
}

/** The app's server. It passes the model's events on as they come: the page shows them at once. */
export default {
  async fetch(request: Request, env: Cloudflare.Env): Promise<Response> {
    if (new URL(request.url).pathname !== "/api/answers") return problem(404, "There is nothing here.");
    if (request.method !== "POST") return problem(405, `${request.method} is not possible here.`);
    const messages = messagesOf(await request.json().catch(() => null));
    if (messages === undefined) return problem(422, `A question has 1 to ${maxLength} characters.`);
    try {
      const events = await env.AI.messages({ system, messages, max_tokens: 600, stream: true });
      return new Response(events, { headers: { "content-type": "text/event-stream" } });
    } catch (failure) {
      // The budget or the visitor's limit is used up: the message says which.
      return problem(429, failure instanceof Error ? failure.message : "There is no answer at the moment.");
    }
  },
};

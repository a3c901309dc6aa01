// A stand-in for the part of Stripe's API that a shop needs, on loopback: checkout sessions, and the page on which a
// customer pays.
import {
  answerJson,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../stage/loopback-server.ts";

type Session = { id: string; cents: string; successUrl: string; isPaid: boolean };
type Answer = [status: number, body: object];

export type StripeStandIn = LoopbackServer & {
  /** The `Authorization` header of each API call so far. */
  readonly authorizations: (string | undefined)[];
};

const refusal = (status: number, message: string): Answer => [
  status,
  { error: { type: "invalid_request_error", message } },
];

/**
 * Starts the stand-in. It refuses calls without the key, and calls that create something without an idempotency key.
 */
export async function startStripe(key: string): Promise<StripeStandIn> {
  const authorizations: (string | undefined)[] = [];
  const sessions = new Map<string, Session>();

  function shown({ id, isPaid }: Session): Answer {
    const url = isPaid ? null : `http://${server.host}/pay/${id}`;
    const status = isPaid ? "paid" : "unpaid";
    return [200, { id, object: "checkout.session", mode: "payment", url, payment_status: status }];
  }

  function begun({ headers, body }: LoopbackRequest): Answer {
    const form = new URLSearchParams(body);
    const cents = form.get("line_items[0][price_data][unit_amount]") ?? "";
    const successUrl = form.get("success_url") ?? "";
    if (headers["idempotency-key"] === undefined || !/^\d+$/.test(cents) || !URL.canParse(successUrl))
      return refusal(400, "Missing required param: line_items.");
    const session = { id: `cs_test_${sessions.size + 1}`, cents, successUrl, isPaid: false };
    sessions.set(session.id, session);
    return shown(session);
  }

  function answerOf(request: LoopbackRequest): Answer {
    authorizations.push(request.headers.authorization);
    const { pathname } = request.address;
    if (request.headers.authorization !== `Bearer ${key}`) return refusal(401, "Invalid API Key provided.");
    if (request.method === "POST" && pathname === "/v1/checkout/sessions") return begun(request);
    const [, id = ""] = /^\/v1\/checkout\/sessions\/(\w+)$/.exec(pathname) ?? [];
    const session = sessions.get(id);
    return session === undefined ? refusal(404, `No such checkout.session: '${id}'`) : shown(session);
  }

  const server = await startLoopbackServer((request, response) => {
    const [, id = ""] = /^\/pay\/(\w+)$/.exec(request.address.pathname) ?? [];
    const session = sessions.get(id);
    if (session === undefined) answerJson(response, ...answerOf(request));
    else if (request.method === "GET") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(`<title>Checkout</title><form method="post"><button>Pay ${session.cents} cents</button></form>`);
    } else {
      session.isPaid = true;
      response.writeHead(303, { Location: session.successUrl.replace("{CHECKOUT_SESSION_ID}", id) }).end();
    }
  });
  return { ...server, authorizations };
}

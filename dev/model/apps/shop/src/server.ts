import { DurableObject } from "cloudflare:workers";
import Stripe from "stripe";
import { products } from "./products.ts";

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

/**
 * The client of Stripe's API. Its key is none: the owner grants api.stripe.com with a secret, which the platform adds
 * to the requests outside of the app. STRIPE_API is a variable, for a stand-in of Stripe.
 */
function stripeAt(address: unknown): Stripe {
  const { protocol, hostname, port } = new URL(typeof address === "string" ? address : "https://api.stripe.com");
  const isSecure = protocol === "https:";
  return new Stripe("set-by-the-platform", {
    protocol: isSecure ? "https" : "http",
    host: hostname,
    port: port === "" ? (isSecure ? 443 : 80) : port,
    httpClient: Stripe.createFetchHttpClient(),
  });
}

/** The shop's server. It remembers which checkout sessions it began and which were paid. */
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS purchase (session TEXT PRIMARY KEY, product TEXT NOT NULL, paid INTEGER NOT NULL DEFAULT 0)",
    );
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url);
    const [, session] = /^\/api\/purchases\/(\w+)$/.exec(pathname) ?? [];
    try {
      if (pathname === "/api/checkout" && request.method === "POST") return await this.#begin(request, origin);
      if (session !== undefined && request.method === "GET") return await this.#look(session);
    } catch (failure) {
      if (!(failure instanceof Stripe.errors.StripeError)) throw failure;
      return problem(502, `Stripe did not answer as hoped: ${failure.message}`);
    }
    return problem(404, "There is nothing here.");
  }

  async #begin(request: Request, origin: string): Promise<Response> {
    const body: unknown = await request.json().catch(() => null);
    const id = typeof body === "object" && body !== null && "product" in body ? body.product : null;
    const product = products.find((one) => one.id === id);
    if (product === undefined) return problem(422, "Choose one of the products.");
    const session = await stripeAt(this.env.STRIPE_API).checkout.sessions.create({
      mode: "payment",
      line_items: [
        {
          quantity: 1,
          price_data: { currency: "eur", unit_amount: product.cents, product_data: { name: product.name } },
        },
      ],
      success_url: `${origin}/?session={CHECKOUT_SESSION_ID}`,
      cancel_url: `${origin}/`,
    });
    this.ctx.storage.sql.exec("INSERT INTO purchase (session, product) VALUES (?, ?)", session.id, product.id);
    return Response.json({ url: session.url }, { status: 201 });
  }

  /** Whether a session was paid is Stripe's to say: a visitor can open the address of success without paying. */
  async #look(session: string): Promise<Response> {
    const { sql } = this.ctx.storage;
    const [purchase] = sql.exec("SELECT product, paid FROM purchase WHERE session = ?", session).toArray();
    if (purchase === undefined) return problem(404, "There is no such purchase.");
    if (purchase.paid !== 1) {
      const { payment_status } = await stripeAt(this.env.STRIPE_API).checkout.sessions.retrieve(session);
      if (payment_status !== "paid") return Response.json({ product: purchase.product, paid: false });
      sql.exec("UPDATE purchase SET paid = 1 WHERE session = ?", session);
    }
    return Response.json({ product: purchase.product, paid: true });
  }
}

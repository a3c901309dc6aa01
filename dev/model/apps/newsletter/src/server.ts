import { DurableObject } from "cloudflare:workers";
import { dayOf, thoughtOf } from "./thoughts.ts";

const problem = (status: number, detail: string) => Response.json({ error: detail }, { status });

/** The text of a failure of the platform, with the way out for the visitor. */
const reasonOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** The newsletter: its subscribers, and the mails that each has got. */
export class App extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS subscriber (address TEXT PRIMARY KEY, asked_at TEXT NOT NULL)");
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS sent (day TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (day, address))",
    );
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/api/subscribers") return problem(404, "There is nothing here.");
    if (request.method !== "POST") return problem(405, `${request.method} is not possible here.`);
    const body: unknown = await request.json().catch(() => null);
    const address = typeof body === "object" && body !== null && "address" in body ? body.address : null;
    if (typeof address !== "string" || address.length > 254) return problem(422, "Please enter an email address.");
    const wanted = address.trim().toLowerCase();
    try {
      // The platform asks, on a page of its own: nobody gets mail because somebody else typed their address.
      await this.env.MAIL.confirm(wanted);
    } catch (failure) {
      return problem(422, reasonOf(failure));
    }
    const now = new Date().toISOString();
    this.ctx.storage.sql.exec("INSERT OR IGNORE INTO subscriber (address, asked_at) VALUES (?, ?)", wanted, now);
    return Response.json({ address: wanted }, { status: 202 });
  }

  /** Sends the day's mail. A crash repeats it for the same due time, so each address is noted when it has its mail. */
  override async scheduled({ scheduledTime }: ScheduledController): Promise<void> {
    const { sql } = this.ctx.storage;
    const day = dayOf(scheduledTime);
    const waiting = sql
      .exec("SELECT address FROM subscriber EXCEPT SELECT address FROM sent WHERE day = ?", day)
      .toArray()
      .map(({ address }) => String(address));
    for (const to of waiting) {
      if (!(await this.env.MAIL.hasAgreed(to))) continue;
      await this.env.MAIL.send({ to, subject: "One line for today", text: thoughtOf(scheduledTime) });
      sql.exec("INSERT INTO sent (day, address) VALUES (?, ?)", day, to);
    }
  }
}

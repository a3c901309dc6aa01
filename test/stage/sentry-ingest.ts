import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseEnvelope } from "@sentry/utils";
import { z } from "zod";

/** An event as the operators see it, as far as tests look at it. */
const event = z.looseObject({
  release: z.string().optional(),
  tags: z.record(z.string(), z.unknown()).default({}),
  user: z.object({ id: z.string() }).optional(),
  contexts: z.object({ trace: z.object({ trace_id: z.string(), span_id: z.string() }).optional() }).optional(),
  exception: z.object({ values: z.array(z.looseObject({ type: z.string(), value: z.string() })) }).optional(),
  fingerprint: z.array(z.string()).optional(),
});
export type SentryEvent = z.infer<typeof event>;

const checkIn = z.looseObject({
  monitor_slug: z.string(),
  status: z.string(),
  check_in_id: z.string(),
  monitor_config: z.looseObject({ schedule: z.object({ type: z.string(), value: z.string() }) }).optional(),
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Starts a stand-in of Sentry's ingest (https://develop.sentry.dev/sdk/data-model/envelopes/), which parses envelopes
 * with Sentry's own library.
 */
export async function startSentryIngest() {
  const raw: string[] = [];
  const events: SentryEvent[] = [];
  const checkIns: z.infer<typeof checkIn>[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    raw.push(`${request.url} ${JSON.stringify(request.headers)} ${body.toString()}`);
    const [, items] = parseEnvelope(body);
    for (const [{ type }, payload] of items) {
      if (type === "event") events.push(event.parse(payload));
      if (type === "check_in") checkIns.push(checkIn.parse(payload));
    }
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    dsn: `http://public@127.0.0.1:${port}/42`,
    /** Everything that was received, with headers. */
    raw,
    events,
    checkIns,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

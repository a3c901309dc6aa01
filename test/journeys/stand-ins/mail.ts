import { z } from "zod";
import { answerJson, type LoopbackServer, startLoopbackServer } from "../../stage/loopback-server.ts";
import { until } from "../../stage/until.ts";

const mail = z.object({ from: z.string(), to: z.tuple([z.string()]), subject: z.string(), text: z.string() });
type Mail = z.infer<typeof mail>;

export type MailService = LoopbackServer & {
  /** Returns all mails to an address, oldest first. */
  mailsTo(address: string): Mail[];
  /** Waits for a mail to an address with a matching subject. */
  mailTo(address: string, subject: RegExp): Promise<Mail>;
};

/** Starts a stand-in for Resend's API on loopback that stores the mails. */
export async function startMailService(key: string): Promise<MailService> {
  const mails: Mail[] = [];
  const server = await startLoopbackServer(({ method, headers, body }, response) => {
    if (headers.authorization !== `Bearer ${key}`) return answerJson(response, 401, { name: "invalid_api_key" });
    const sent = mail.safeParse(method === "POST" ? JSON.parse(body) : null);
    if (!sent.success) return answerJson(response, 422, { name: "validation_error", message: sent.error.message });
    mails.push(sent.data);
    answerJson(response, 200, { id: crypto.randomUUID() });
  });
  const mailsTo = (address: string) => mails.filter(({ to: [to] }) => to === address);
  return {
    ...server,
    mailsTo,
    mailTo: (address, subject) =>
      until(`a mail to ${address} about ${subject}`, 60_000, async () =>
        mailsTo(address).findLast((one) => subject.test(one.subject)),
      ),
  };
}

/** Returns the first URL in a mail. */
export function linkIn({ text }: Mail): string {
  const [link] = /https?:\/\/\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`the mail has no link: ${text}`);
  return link;
}

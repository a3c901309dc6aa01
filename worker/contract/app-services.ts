// Requests of generated apps to the API Worker, by way of the preview Worker.

/**
 * A mail of an app. `confirm` asks the recipient for consent, in the platform's own words; `hasAgreed` means that the
 * recipient gave it. `stopLink` withdraws the consent; null for an address without consent.
 */
export type AppMail =
  | { kind: "confirm"; to: string; link: string }
  | {
      kind: "message";
      to: string;
      subject: string;
      text: string;
      replyTo?: string;
      hasAgreed: boolean;
      stopLink: string | null;
    };

/** A failure that the app's code gets as an error with this code. */
export type AppFailure = { ok: false; code: string; detail: string };

/** The answer to a request for a model's message: the message, or events as the Messages API streams them. */
export type AppMessages =
  | { ok: true; message: Record<string, unknown> }
  | { ok: true; stream: ReadableStream<Uint8Array> }
  | AppFailure;

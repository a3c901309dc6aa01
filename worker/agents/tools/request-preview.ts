import { z } from "zod";
import { messageOf } from "../../errors.ts";
import { defineTool, refusal } from "./tool.ts";

const maxBodyCharacters = 20_000;
/** A reserved host name: a path that resolves to another origin leads away from the app. */
const origin = "https://app.invalid";

/** Returns why a request cannot be sent to the app; null when it can. */
function faultOf(path: string, headers: Record<string, string>): string | null {
  try {
    new Headers(headers);
    return new URL(path, origin).origin === origin ? null : "The path leads away from the app.";
  } catch (error) {
    return messageOf(error);
  }
}

export const requestPreview = defineTool({
  name: "request_preview",
  description:
    "Send one HTTP request to the running app, built from the files as they are now, and see the response. Use it to show that a page or an API answers as it should. It acts on the app's preview database.",
  effect: "acts",
  input: () =>
    z.strictObject({
      method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
      path: z
        .string()
        .regex(/^\/(?!\/)/, "must begin with one slash")
        .max(2_000)
        .describe("Path and query, such as /api/todos?done=1"),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.string().max(60_000).optional(),
    }),
  async run({ method, path, headers, body }, { workspace }) {
    const fault = faultOf(path, headers ?? {});
    if (fault !== null) return refusal(`Nothing was sent. ${fault}`);
    const response = await workspace.request({
      method,
      path,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
    const cut = response.truncated || response.body.length > maxBodyCharacters;
    return {
      isData: true,
      content: JSON.stringify({
        status: response.status,
        headers: response.headers,
        body: response.body.slice(0, maxBodyCharacters),
        ...(cut ? { note: "The body is longer; the rest is not shown." } : {}),
      }),
      isError: response.status >= 500,
    };
  },
});

import { z } from "zod";
import { isVariableName, namesIn, publicPrefixOf } from "../../contract/index.ts";
import { defineTool, refusal } from "./tool.ts";

const attachment = () => z.strictObject({ name: z.string().min(1).max(100), template: z.string().min(1).max(1_000) });

export const requestAccess = defineTool({
  name: "request_access",
  description:
    "Ask the owner to let the app's server call a host outside, and wait for the answer. With `secret`, the name of a secret such as STRIPE_KEY, each request to the host carries it: the platform adds it outside of the app, by default as `Authorization: Bearer {{STRIPE_KEY}}`; `header` or `query` say another way. The owner enters the value; neither you nor the app ever see it, and you must not ask for it. The result says what is granted.",
  effect: "acts",
  input: () =>
    z.strictObject({
      host: z.string().trim().min(1).max(262),
      reason: z.string().trim().min(1).max(500),
      secret: z.string().optional(),
      header: attachment().optional(),
      query: attachment().optional(),
    }),
  async run({ host, reason, secret, header, query }, { workspace }) {
    const fault = faultOfSecret(
      secret,
      [header, query].flatMap((part) => (part === undefined ? [] : [part.template])),
    );
    if (fault !== null) return refusal(fault);
    const checked = await workspace.checkHost(host);
    if ("fault" in checked) return refusal(`This host can never be granted: the host ${checked.fault}.`);
    const isDefault = secret !== undefined && header === undefined && query === undefined;
    const access = {
      host: checked.host,
      reason,
      ...(secret !== undefined && { secret }),
      ...(isDefault && { header: { name: "Authorization", template: `Bearer {{${secret}}}` } }),
      ...(header !== undefined && { header }),
      ...(query !== undefined && { query }),
    };
    const carried = secret === undefined ? "" : `, with the secret ${secret}`;
    return { content: "", ask: { question: `May the app call ${checked.host}${carried}? ${reason}`, access } };
  },
});

function faultOfSecret(secret: string | undefined, templates: string[]): string | null {
  const names = templates.flatMap(namesIn);
  if (secret === undefined) return names.length === 0 ? null : "Name the secret of the template in `secret` too.";
  if (!isVariableName(secret))
    return "A secret's name has capital letters, digits and underscores, such as STRIPE_KEY.";
  const prefix = publicPrefixOf(secret);
  if (prefix !== null)
    return `A secret's name cannot begin with ${prefix}: such values are built into the app's pages.`;
  const fits = templates.length === 0 || (names.length > 0 && names.every((name) => name === secret));
  return fits ? null : `The template must hold {{${secret}}} and no other secret.`;
}

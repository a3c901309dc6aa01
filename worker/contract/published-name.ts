// The names that an owner can choose for a published app, `<name>.<PUBLISHED_DOMAIN>`. Both Workers read a host by the
// same rules.
import { z } from "./route.ts";

/**
 * Names that visitors would take for the platform's own, and those that mail, certificates or DNS give a meaning
 * (RFC 2142, CA/Browser Forum 3.2.2.4.4).
 */
const reservedNames = new Set(
  `abuse about account accounts admin administrator affiliate api app apps assets auth autoconfig autodiscover beta billing blog
  broadcasthost builder calendar cdn cloud code community console contact contacts dashboard demo dev developer developers
  dns docs domain domains download downloads edge edgesmith email enterprise example faq feedback files forum ftp git
  github go google guest help home host hostmaster hosting id identity image images imap info internal invite isatap
  jobs legal lists live local localdomain localhost localnet login logout mail mailer media meta mobile monitor mx news
  newsletter noreply ns ns1 ns2 ns3 ns4 oauth official ops origin owner payment payments pop pop3 portal postmaster
  preview previews pricing privacy production profile proxy public register registry report root router sales sample
  secure security server service services settings shop signin signout signup site sites smtp spf ssl staff staging
  static stats status store subdomain superuser support sysadmin system team terms test testing tls tools trust update
  updates upload uploads usenet user users uucp verify vpn web webhook webhooks webmail webmaster website workers wpad
  ww www www1 www2 wwww xxx`.split(/\s+/),
);

/** Prefixes of the labels of apps without a chosen name, and of international names (RFC 5890). */
const reservedPrefix = /^(?:app-|prj-|stg-|..--)/;

/** Whether a text has the form of a DNS label of 3 to 63 characters in lower case. */
const isLabel = (name: string): boolean => /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name);

/** Whether an owner may choose this name, unless another project has it. */
export const isPublishedName = (name: string): boolean =>
  isLabel(name) && !reservedPrefix.test(name) && !reservedNames.has(name);

export const publishedNameText = z
  .string()
  .refine(isLabel, {
    message: "must have 3 to 63 lowercase letters, digits and hyphens, and begin and end with a letter or digit",
    params: { code: "invalid_name" },
  })
  .refine((name) => !isLabel(name) || isPublishedName(name), {
    message: "is reserved; choose another name",
    params: { code: "reserved_name" },
  })
  .openapi({ description: "The name of the app's address below the domain of all apps.", example: "my-bakery" });

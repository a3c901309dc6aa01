/** Ranges no request may go to: private, loopback, link-local, shared, documentation, benchmark, multicast, reserved (RFC 6890). */
const reservedV4: [address: string, bits: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Azure's machines ask it about themselves.
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Inside 2000::/3, which alone is public: protocol assignments and Teredo, documentation (twice), 6to4. */
const reservedV6: [address: string, bits: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

/** An IPv4 address as WHATWG's URL writes every one of its spellings (decimal, octal, hex, short): four decimal parts. */
const numberOfV4 = (address: string): bigint =>
  address.split(".").reduce((number, part) => number * 256n + BigInt(part), 0n);

/** An IPv6 address as WHATWG's URL writes it: hexadecimal groups, one `::` at most. */
function numberOfV6(address: string): bigint {
  const [head = "", tail] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((number, group) => number * 65_536n + BigInt(`0x${group}`), 0n);
}

const within = (address: bigint, range: bigint, bits: number, length: number): boolean =>
  address >> BigInt(length - bits) === range >> BigInt(length - bits);

/** What a URL's `hostname` is. Give it the parsed one: the parser has undone every other spelling. */
export function kindOfHost(hostname: string): "public-address" | "reserved-address" | "name" {
  if (/^\d+(\.\d+){3}$/.test(hostname)) {
    const address = numberOfV4(hostname);
    const isReserved = reservedV4.some(([range, bits]) => within(address, numberOfV4(range), bits, 32));
    return isReserved ? "reserved-address" : "public-address";
  }
  if (!hostname.startsWith("[")) return "name";
  const address = numberOfV6(hostname.slice(1, -1));
  const isPublic =
    within(address, numberOfV6("2000::"), 3, 128) &&
    !reservedV6.some(([range, bits]) => within(address, numberOfV6(range), bits, 128));
  return isPublic ? "public-address" : "reserved-address";
}

/** Whether a hostname means this machine, in any of its spellings. */
export const isLoopback = (hostname: string): boolean =>
  /^(.+\.)?localhost\.?$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";

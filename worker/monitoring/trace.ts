/** A request's place in a trace, by W3C Trace Context (https://www.w3.org/TR/trace-context/). */
export type Trace = {
  /** 32 hexadecimal digits, the same for all spans of the trace. */
  traceId: string;
  /** 16 hexadecimal digits: this request's own span. */
  spanId: string;
  /** The caller's span; null where the trace begins here. */
  parentSpanId: string | null;
  isSampled: boolean;
};

/** Versions after 00 may append fields, which are ignored; ff is invalid. */
const traceparentShape = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Continues the trace of a request's `traceparent`, or begins one where it is absent or invalid.
 * @param header the inbound header's value
 * @returns the trace with a span of its own
 */
export function traceOf(header: string | undefined): Trace {
  const [, version, traceId, parentSpanId, flags = "00", rest] = traceparentShape.exec(header ?? "") ?? [];
  const spanId = hexOf(8);
  if (traceId === undefined || parentSpanId === undefined || (version === "00" && rest !== undefined)) {
    return { traceId: hexOf(16), spanId, parentSpanId: null, isSampled: true };
  }
  return { traceId, spanId, parentSpanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * @param spanId the parent of the receiver's spans; the trace's own span unless given
 * @returns the value of an outbound `traceparent`
 */
export const traceparentOf = ({ traceId, spanId: own, isSampled }: Trace, spanId = own): string =>
  `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;

const digitsOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Random bytes for the next ids: a request has an id for itself, its trace and each hop. */
const random = new Uint8Array(1024);
let used = random.length;

/**
 * @param bytes at most 1,024
 * @returns random bytes as hexadecimal digits
 */
export function hexOf(bytes: number): string {
  if (used + bytes > random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  let digits = "";
  for (const byte of random.subarray(used, used + bytes)) digits += digitsOf[byte];
  used += bytes;
  return digits;
}

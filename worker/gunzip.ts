/**
 * Returns the two ends of a gzip decompressor. Unlike `DecompressionStream`, it accepts several members and trailing
 * zeros, as gunzip does (RFC 1952, 2.2); findings/decompression-stream-members.sh shows the difference.
 */
export function gunzip(): ReadableWritablePair<Uint8Array, Uint8Array> {
  // Loaded on demand: importing `node:zlib` took 2 of the 100 ms that an isolate has to start.
  const { createGunzip } = process.getBuiltinModule("node:zlib");
  const { Duplex } = process.getBuiltinModule("node:stream");
  return Duplex.toWeb(createGunzip()) as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
}

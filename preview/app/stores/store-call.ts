// Code that runs on both sides of a call to a store: in the app's isolate and in the isolate of its stores.

/**
 * The module's source. A call is a POST to its method. Request and response bodies consist of a line of JSON followed
 * by bytes. An error is a response with status 422 and the message as its body.
 */
export const STORE_CALL = `
const LINE_END = 10;

/** Text where there are no bytes, since a stream costs each isolate that it passes some time. */
export function framed(json, ...bytes) {
  const line = JSON.stringify(json) + "\\n";
  return bytes.length === 0 ? line : new Blob([line, ...bytes]);
}

function unframed(buffer) {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(LINE_END);
  return { json: JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))), bytes: bytes.subarray(end + 1) };
}

/** Calls a store's method, and throws its error. */
export async function call(gateway, method, args, ...bytes) {
  const response = await gateway.fetch("http://store/" + method, { method: "POST", body: framed(args, ...bytes) });
  if (!response.ok) throw new Error(await response.text());
  return unframed(await response.arrayBuffer());
}

/** Answers a call of one of these methods, by name. Each takes the JSON and the bytes, and returns the arguments of \`framed\`. */
export async function answer(request, methods) {
  try {
    const { json, bytes } = unframed(await request.arrayBuffer());
    const method = methods.get(new URL(request.url).pathname.slice(1));
    if (method === undefined) throw new TypeError("The store has no such method.");
    return new Response(framed(...method(json, bytes)));
  } catch (failure) {
    return new Response(failure instanceof Error ? failure.message : String(failure), { status: 422 });
  }
}
`;

/** An event of the Messages API, as far as a page needs it. */
type ModelEvent =
  | { type: "content_block_delta"; delta: { type: "text_delta"; text: string } }
  | { type: "error"; error: { message: string } }
  | { type: "message_start" | "content_block_start" | "content_block_stop" | "message_delta" | "message_stop" };

/**
 * Reads the pieces of a model's answer from its stream of events.
 * @throws Error with the model's reason where the answer breaks off
 */
export async function* textsOf(stream: NonNullable<Response["body"]>): AsyncGenerator<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const frames = (rest + read.value).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      const data = frame.split("\n").find((line) => line.startsWith("data: "));
      if (data === undefined) continue;
      const event: ModelEvent = JSON.parse(data.slice("data: ".length));
      if (event.type === "error") throw new Error(event.error.message);
      if (event.type === "content_block_delta") yield event.delta.text;
    }
  }
}

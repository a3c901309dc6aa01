import { describe, expect, inject, it } from "vitest";
import type { Message, Page } from "../../../worker/contract/index.ts";
import { runToEnd } from "../stage/client.ts";
import { aProject, page, script } from "./start.ts";

const base64 = (hex: string): string =>
  btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))));
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const jpeg = base64("ffd8ffe000104a46494600010100000100010000ffd9");
const gif = btoa("GIF89a\x01\x00\x01\x00");
const webp = btoa("RIFF\x1a\x00\x00\x00WEBPVP8L");

type Block = { type: string; text?: string; source?: { media_type: string; data: string } };

/** Returns the newest request to the model that contains a word. */
async function askedWith(word: string): Promise<Block[]> {
  const answer = await fetch(`${inject("stage").modelUrl}/control/requests`);
  const { requests }: { requests: { body: { messages: { content: string | Block[] }[] } }[] } = await answer.json();
  const found = requests.findLast(({ body }) => JSON.stringify(body.messages.at(-1)).includes(word));
  return (found?.body.messages ?? []).flatMap(({ content }) =>
    typeof content === "string" ? [{ type: "text", text: content }] : content,
  );
}

describe("an image in a prompt", () => {
  it.each([
    ["a PNG", "image/png", png, "image/png"],
    ["a JPEG that is called a PNG", "image/png", jpeg, "image/jpeg"],
    ["a GIF that is called a WebP", "image/webp", gif, "image/gif"],
    ["a WebP that is called a JPEG", "image/jpeg", webp, "image/webp"],
  ])("an image is sent to the model with the media type of its bytes: %s", async (_what, mediaType, data, sent) => {
    const { ada, projectId } = await aProject();
    const word = crypto.randomUUID();
    await runToEnd(ada, projectId, { prompt: script({ text: word }), images: [{ mediaType, data }] });
    expect((await askedWith(word)).flatMap(({ source }) => source ?? [])).toEqual([
      { type: "base64", media_type: sent, data },
    ]);
  });

  it.each([
    ["bytes that are no image", btoa("this is no image"), "invalid_image"],
    ["an image of a kind that models do not read", btoa("BM\x00\x00\x00\x00 a bitmap"), "invalid_image"],
    ["SVG", btoa("<svg xmlns='http://www.w3.org/2000/svg'/>"), "invalid_image"],
    ["the first bytes of a PNG alone", btoa("\x89PNG"), "invalid_image"],
    ["a data URL", `data:image/png;base64,${png}`, "invalid_base64"],
    ["base64 with a line break", `${png.slice(0, 40)}\n${png.slice(40)}`, "invalid_base64"],
    ["base64 without its padding", png.replace(/=+$/, ""), "invalid_base64"],
  ])("a start with an invalid image returns 422 and creates no run: %s", async (_what, data, code) => {
    const { ada, projectId } = await aProject();
    const body = {
      prompt: "Look",
      images: [
        { mediaType: "image/png", data: png },
        { mediaType: "image/png", data },
      ],
    };
    const problem = await ada.problem(422, `/v1/projects/${projectId}/runs`, { body });
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: "/images/1/data", code })]);
    expect((await ada.expect<Page<unknown>>(200, `/v1/projects/${projectId}/runs`)).data).toEqual([]);
  });

  it("an image is stored in the conversation without its bytes, and counted in the run's first event", async () => {
    const { ada, projectId } = await aProject();
    const images = [
      { mediaType: "image/png", data: png },
      { mediaType: "image/png", data: jpeg },
    ];
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "I see." }), images });
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data[0]?.content).toEqual([
      { type: "image", mediaType: "image/png", bytes: atob(png).length },
      { type: "image", mediaType: "image/jpeg", bytes: atob(jpeg).length },
      { type: "text", text: expect.any(String) },
    ]);
    expect((await page(ada, run.id)).data[0]).toMatchObject({ type: "run.created", images: 2 });
  });

  it("an image that was sent with a prompt is read by its number, by its owner alone", async () => {
    const { ada, projectId } = await aProject();
    const images = [
      { mediaType: "image/png", data: png },
      { mediaType: "image/png", data: jpeg },
    ];
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "I see." }), images });
    const at = `/v1/runs/${run.id}/images`;
    const answer = await ada.request(`${at}/prompt-2`);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    expect(answer.headers.get("cache-control")).toBe("private, max-age=3600");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.bytes()).toEqual(Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0)));
    for (const name of ["prompt-3", "view-1", "prompt-0", "prompt-x", "step-1"])
      await ada.problem(404, `${at}/${name}`);
    const { ada: other } = await aProject();
    await other.problem(404, `${at}/prompt-1`);
  });

  it("an image is sent to the model again with later prompts", async () => {
    const { ada, projectId } = await aProject();
    const word = crypto.randomUUID();
    await runToEnd(ada, projectId, {
      prompt: script({ text: "I see." }),
      images: [{ mediaType: "image/png", data: png }],
    });
    await runToEnd(ada, projectId, { prompt: script({ text: word }) });
    const blocks = await askedWith(word);
    expect(blocks.flatMap(({ source }) => source ?? [])).toEqual([
      { type: "base64", media_type: "image/png", data: png },
    ]);
    expect(blocks[0]?.type).toBe("image");
  });

  it("a placeholder names an image to the model when more images exist than fit", async () => {
    const { ada, projectId } = await aProject();
    const image = { mediaType: "image/png", data: png };
    const word = crypto.randomUUID();
    for (const count of [3, 3]) {
      await runToEnd(ada, projectId, { prompt: script({ text: "I see." }), images: Array(count).fill(image) });
    }
    await runToEnd(ada, projectId, { prompt: script({ text: word }) });
    const blocks = await askedWith(word);
    expect(blocks.filter(({ type }) => type === "image")).toHaveLength(3);
    expect(blocks.filter(({ text }) => text?.startsWith("[image: an image/png was sent here"))).toHaveLength(3);
  });
});

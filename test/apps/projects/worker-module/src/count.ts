import { nanoid } from "nanoid";

addEventListener("message", ({ data }: MessageEvent<number>) => postMessage(nanoid(data).length));

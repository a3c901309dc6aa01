import { Buffer } from "buffer/";
import sha256 from "crypto-js/sha256";
import EventEmitter from "events";
import qs from "qs";

const emitter = new EventEmitter();
let heard = "";
emitter.on("say", (word: string) => {
  heard = word;
});
emitter.emit("say", "heard");
document.querySelector("#root")!.textContent = `${heard} ${qs.stringify({ a: [1, 2] })} ${Buffer.from("hi").toString("hex")} ${sha256("x").toString().slice(0, 6)}`;

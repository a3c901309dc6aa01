import "/reset.css";
import "/lib/deep.css";
import "/tall.less";
import "/thick.scss";
import art from "/art/dot.svg";
import data from "/data.json";
import { name } from "/lib/name";
import text from "/lib/text.txt?raw";
import logo from "/logo.svg";

const late = await import("/lib/late.js");
const worker = new Worker(new URL("/lib/worker.js", import.meta.url), { type: "module" });
const answer = await new Promise((resolve) => {
  worker.onmessage = ({ data: said }) => resolve(said);
});
const isImage = async (address) => (await (await fetch(address)).text()).includes("<svg");
const images = (await Promise.all([art, logo].map(isImage))).join();
document.querySelector("#seen").textContent = [name, data.kind, text.trim(), late.when, answer, images].join("|");

import cookie from "cookie";
import Copy from "react-copy-to-clipboard";
import Slider from "react-slick";
import { lateKinds } from "./late.js";
import { kindOf } from "./kind-of.js";

// Packages without an ES module: compiled ones with and without a default, and one that exports a class.
const kinds = [Slider, Slider.default, Copy, Copy.CopyToClipboard, cookie, cookie.parse].map(kindOf);

document.querySelector("p").textContent = `${kinds.join(" ")}, late ${(await lateKinds()).join(" ")}`;

import { pear } from "~/fruit";
import { star } from "icons/star";
import { wall } from "@/wall";

document.querySelector("#root")!.textContent = `${pear} ${star} ${wall}`;

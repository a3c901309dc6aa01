import "@/look/a.css";
import "~/look/b.scss";
import pic from "@/look/p.svg";
import raw from "@/look/t.txt?raw";
import { a } from "@/pages/a";
const pages = import.meta.glob("@/pages/*.ts", { eager: true });
const later = await import("@/pages/b");
document.querySelector("#root")!.textContent = [a, raw.trim(), Object.keys(pages).join(), later.b, typeof pic].join("|");

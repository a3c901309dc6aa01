import { createRoot } from "react-dom/client";
import { Card } from "@ui/card";
import { money } from "@money/money";
import hello from "@texts/hello.txt?raw";
import { Icon } from "@shared/icon";
import { Title } from "@/title";
import { Title as Same } from "@own/title";
import "@ui/card.css";

declare const __WIDTH__: string;
const pages = import.meta.glob<{ name: string }>("../../../packages/pages/*/page.ts", { eager: true });

createRoot(document.getElementById("root")!).render(
  <main>
    <Title /> <Same /> <Card>Money {money(5)}</Card> <p>Raw {hello}</p> <Icon />
    <p>
      {Object.values(pages)
        .map(({ name }) => name)
        .join(" ")}{" "}
      {import.meta.env.VITE_COMPANY} {__WIDTH__}
    </p>
  </main>,
);

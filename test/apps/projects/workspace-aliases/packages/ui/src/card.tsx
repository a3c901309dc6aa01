import { type ReactNode, useMemo } from "react";

const picture = new URL("./picture.svg", import.meta.url).href;

export function Card({ children }: { children: ReactNode }) {
  const shown = useMemo(() => children, [children]);
  return (
    <section>
      <img src={picture} alt="" /> <i>{shown}</i>
    </section>
  );
}

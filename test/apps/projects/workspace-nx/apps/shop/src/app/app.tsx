import { price } from "@shop/prices/price";
import type { ReactNode } from "react";
import styles from "./app.module.css";

export default function App({ children }: { children: ReactNode }) {
  return (
    <main className={styles.shop}>
      <p>{price(3)}</p>
      {children}
    </main>
  );
}

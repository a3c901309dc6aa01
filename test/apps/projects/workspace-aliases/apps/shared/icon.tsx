import { useState } from "react";
import styles from "./icon.module.css";

export function Icon() {
  const [name] = useState("Icon");
  return <u className={styles.icon}>{name}</u>;
}

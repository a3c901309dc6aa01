import styles from "./button.module.css";

export function Button({ label }: { label: string }) {
  return <button className={styles.button}>{label}</button>;
}

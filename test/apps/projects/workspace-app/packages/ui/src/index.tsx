export function Badge({ label }: { label: string }) {
  return <span style={{ color: "rgb(20, 30, 40)" }}>{label}</span>;
}

import { useId } from "react";

export const Badge = ({ label }: { label: string }) => (
  <b id={useId()} className="px-3 text-brand">
    {label}
  </b>
);

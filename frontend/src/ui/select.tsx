import { type ComponentProps, type ReactNode, useId } from "react";

type SelectProps = ComponentProps<"select"> & { label: string; children: ReactNode };

export function Select({ label, children, ...rest }: SelectProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select id={id} className="input" {...rest}>
        {children}
      </select>
    </div>
  );
}

import { type ReactNode, useId } from "react";

type ChecksProps = {
  legend: string;
  name: string;
  options: readonly { value: string; checked: boolean; children: ReactNode }[];
  /** The validation error of the selection. */
  error?: string | undefined;
  className: string;
};

/** A group of check boxes with its validation error. */
export function Checks({ legend, name, options, error, className }: ChecksProps) {
  const id = useId();
  return (
    <fieldset aria-describedby={error === undefined ? undefined : id}>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      <div className={`grid gap-1.5 ${className}`}>
        {options.map(({ value, checked, children }) => (
          <label key={value} className="flex items-center gap-2 text-sm">
            <input type="checkbox" name={name} value={value} defaultChecked={checked} className="accent-ember" />
            {children}
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p role="alert" id={id} className="mt-1.5 text-xs text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

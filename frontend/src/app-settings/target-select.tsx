import { Select } from "../ui/select.tsx";
import { targetLabels } from "./target.ts";

/** Selects the app that a value applies to. */
export function TargetSelect() {
  return (
    <Select label="For" name="target">
      {Object.entries(targetLabels).map(([target, label]) => (
        <option key={target} value={target}>
          {label}
        </option>
      ))}
    </Select>
  );
}

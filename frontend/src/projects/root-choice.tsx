import type { ImportReport } from "../../../worker/contract/index.ts";

type RootChoiceProps = { roots: ImportReport["roots"]; chosen: string | null; onChoose: (path: string) => void };

/** Asks which folder of a repository contains the app. */
export function RootChoice({ roots, chosen, onChoose }: RootChoiceProps) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">Which app do you want to build?</legend>
      <div className="grid gap-1.5">
        {roots.map(({ path, framework, name }) => (
          <label
            key={path}
            className="flex flex-wrap items-baseline gap-x-3 rounded-md border border-line px-3 py-2 text-sm has-checked:border-ember"
          >
            <input
              type="radio"
              name="root"
              className="accent-ember"
              checked={path === chosen}
              onChange={() => onChoose(path)}
            />
            <code className="min-w-0 flex-1 wrap-anywhere">{path === "" ? "The root folder" : path}</code>
            <span className="text-xs text-faint">
              {[path.split("/").at(-1) === name ? null : name, framework].filter((one) => one !== null).join(" · ")}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

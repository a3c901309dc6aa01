import type { BuildAsset, BuildSummary } from "../../../worker/contract/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { bytes, plural } from "../ui/format.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";
import { durationText, largestFirst, shortAddress, sizeText, typesText } from "./describe-build.ts";

/** Shows the details of a build: its sizes, files and warnings. */
export function BuildDialog({ build, onClose }: { build: BuildSummary; onClose: () => void }) {
  const { assets, diagnostics, types } = build;
  return (
    <Dialog title={`Build of version ${build.revision}`} onClose={onClose}>
      <Facts build={build} />
      {diagnostics.length > 0 && <Findings kind="warning" diagnostics={diagnostics} onOpen={onClose} />}
      {types.diagnostics.length > 0 && <Findings kind="type error" diagnostics={types.diagnostics} onOpen={onClose} />}
      {assets.length > 0 && <Files assets={assets} />}
      <p className="mt-3 text-xs text-faint">The preview is a development build. The published app is minified.</p>
      <div className="mt-5 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}

/** Replaces a text's spaces by non-breaking spaces. */
const inOneLine = (text: string): string => text.replaceAll(" ", "\u00a0");

function Facts({ build }: { build: BuildSummary }) {
  const { totals, packages, packagesPlanned, ms, framework, root, types } = build;
  const facts = [
    ["Scripts", inOneLine(sizeText(totals.scripts))],
    ["Styles", inOneLine(sizeText(totals.styles))],
    ["Pages and assets", inOneLine(sizeText(totals.other))],
    ["Build time", durationText(ms)],
    ["Types", typesText(types)],
    ...(packagesPlanned === 0 ? [] : [["Packages", `${packages.length} of ${packagesPlanned} used`]]),
    ...(framework === null ? [] : [["Framework", framework]]),
    ...(root === "" ? [] : [["Folder", root]]),
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="text-right wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Files({ assets }: { assets: readonly BuildAsset[] }) {
  return (
    <section aria-label="Files" className="mt-4">
      <h3 className="text-sm font-medium">{plural(assets.length, "file")}</h3>
      <ul className="mt-1.5 max-h-56 overflow-y-auto rounded-md border border-line py-1.5">
        {largestFirst(assets).map(({ address, bytes: size, gzipBytes, entry }) => (
          <li key={address} className="flex items-baseline gap-3 px-3 py-0.5 text-xs">
            <code className="min-w-0 flex-1 wrap-anywhere">{shortAddress(address)}</code>
            {!entry && <span className="shrink-0 text-faint">on demand</span>}
            <span className="shrink-0 text-soft" title={`${bytes(gzipBytes)} gzip`}>
              {bytes(size)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type FindingsProps = { kind: string; diagnostics: BuildSummary["diagnostics"]; onOpen: () => void };

function Findings({ kind, diagnostics, onOpen }: FindingsProps) {
  const { openFile } = useWorkspace();
  return (
    <section aria-label={`${kind}s`} className="mt-4">
      <h3 className="text-sm font-medium text-warn">{plural(diagnostics.length, kind)}</h3>
      <ul className="mt-1.5 grid max-h-48 gap-1.5 overflow-y-auto">
        {diagnostics.map(({ path, line, column, message }) => (
          <li key={`${path}:${line}:${column}:${message}`} className="text-xs wrap-anywhere">
            {path !== "" && (
              <button
                type="button"
                className="stamp mr-2 text-soft hover:underline"
                onClick={() => {
                  onOpen();
                  openFile(path, line);
                }}
              >
                {path}
                {line > 0 && `:${line}`}
              </button>
            )}
            {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

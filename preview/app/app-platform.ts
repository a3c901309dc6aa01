// Platform code that runs inside a generated app's isolate, in front of the app's own server module.
import { filesModule } from "../files/files-module.ts";
import { objectsOf, ownServicesOf, type ServerCode, storesOf } from "../project/server.ts";
import { handlerModule, ownServicesModule, servicesModule } from "../services/isolate-modules.ts";
import { alarmModule } from "../time/alarm-module.ts";
import { DATA_ACCESS } from "./data/data-method.ts";
import { objectNamespaces } from "./object-namespace.ts";
import { SQL_BINDINGS } from "./sql-bindings.ts";
import { SQL_EXEC } from "./sql-exec.ts";
import { maxObjectBytes, maxStoredBytes, STORAGE_LIMIT } from "./storage-limit.ts";
import { STORES_MODULE, storeModules } from "./stores/store-clients.ts";

/** Part of the id that an app's code is loaded under: raise it whenever the modules below change. */
export const PLATFORM_VERSION = "8";

/**
 * Builds the modules that a server is loaded with. The main module exports only `default`, the object classes and the
 * entry points: workerd refuses to start a Worker whose main module exports a string or a number, and a server may
 * export any value that its own modules or tests import.
 */
export function appModules(server: ServerCode): { mainModule: string; modules: Record<string, { js: string }> } {
  return {
    mainModule: "main.js",
    modules: {
      "main.js": { js: mainModule(server) },
      "data-access.js": { js: DATA_ACCESS },
      "object-namespaces.js": { js: objectNamespaces(objectsOf(server)) },
      ...storeModules(storesOf(server)),
      "platform.js": { js: PLATFORM },
      "services.js": { js: servicesModule(server.environment?.buckets ?? []) },
      "own-services.js": { js: ownServicesModule(ownServicesOf(server)) },
      "files.js": { js: filesModule() },
      "handler.js": { js: handlerModule() },
      "alarms.js": { js: alarmModule() },
      "sql-bindings.js": { js: SQL_BINDINGS },
      "sql-exec.js": { js: SQL_EXEC },
      "storage-limit.js": { js: STORAGE_LIMIT },
      "server.js": { js: server.script },
    },
  };
}

/** Imports namespaces and stores first: the server's own modules may read them while they load. */
function mainModule(server: ServerCode): string {
  const bound = objectsOf(server).map(({ className }) => [className, maxObjectBytes] as const);
  const classes = new Map([...bound, ...(server.hasApp ? [["App", maxStoredBytes] as const] : [])]);
  const exported = [...classes].map(
    ([name, bytes]) => `export const ${name} = withPlatform(server.${name}, ${JSON.stringify(name)}, ${bytes});\n`,
  );
  const entryPoints = (server.entryPoints ?? []).map((name) => `export const ${name} = entryPoint(server.${name});\n`);
  return `import "./services.js";
import "./object-namespaces.js";
import "./${STORES_MODULE}";
import "./own-services.js";
import * as server from "./server.js";
import { entryPoint, handlerOf } from "./handler.js";
import { withPlatform } from "./platform.js";
export default handlerOf(server);
${[...exported, ...entryPoints].join("")}`;
}

/**
 * Changes three behaviours of the runtime on its prototypes, so that objects and cursors stay the runtime's own:
 * - `sql.exec` binds booleans, integers and bigints as INTEGER (sql-bindings.ts).
 * - Writes throw when the app's database is full (storage-limit.ts).
 * - Alarms are those of the host (time/alarm-module.ts). A facet has none, and setting one would reset the app with all
 *   requests in flight.
 */
const PLATFORM = String.raw`import { bindAlarms, remember, withHost } from "./alarms.js";
import { objectId } from "./object-namespaces.js";
import { limitStorage } from "./storage-limit.js";
import { addDataMethod, keepStorage } from "./data-access.js";
import { withIntegers } from "./sql-bindings.js";
import { withWholeWrites } from "./sql-exec.js";

export function withPlatform(Class, name, maxBytes) {
  if (typeof Class !== "function") throw new TypeError('The server\'s export "' + name + '" is not a class.');
  const Prepared = class extends Class {
    constructor(ctx, env) {
      // Only a bound object's id is text of ours; that of App is its project's.
      const isBound = String(ctx.id).startsWith("{");
      if (isBound) Object.defineProperty(ctx, "id", { value: objectId(String(ctx.id)) });
      prepare(ctx, maxBytes);
      bindAlarms(ctx, isBound ? { className: name, id: String(ctx.id), name: ctx.id.name ?? null } : null, Class);
      const { storage } = ctx;
      super(ctx, env);
      keepStorage(this, storage);
      remember(this, ctx);
    }
  };
  addDataMethod(Prepared);
  withHost(Prepared, Class);
  return Object.defineProperty(Prepared, "name", { value: Class.name });
}

let prepared = false;
function prepare(ctx, maxBytes) {
  const { storage } = ctx;
  limitStorage(storage, maxBytes);
  if (prepared) return;
  prepared = true;
  const prototype = Object.getPrototypeOf(storage.sql);
  prototype.exec = withWholeWrites(withIntegers(prototype.exec));
}
`;

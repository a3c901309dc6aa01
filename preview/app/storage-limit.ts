// How much an app may store. The check runs inside the app's isolate, before each write, and changes the runtime's prototypes
// alone; what frees room (DELETE, DROP) is always let through.

/** Bytes that an app's database may hold, in the preview and in public each. */
const maxStoredBytes = 100 * 1024 * 1024;

/** Stands in the error of a write that has no room any more. */
export const STORAGE_FULL = "The app's database is full";

/** The module's source: `limitStorage(storage)` is called once in an isolate. */
export const STORAGE_LIMIT = String.raw`
const MOST = ${maxStoredBytes};
const WRITE = /\b(?:insert|update|create|alter)\b|\breplace\s+into\b/i;
const QUOTED = /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

export function limitStorage(storage) {
  const { sql } = storage;
  const requireRoom = (size) => {
    if (size >= MOST) throw new Error("${STORAGE_FULL}: it may hold " + MOST / 1048576 + " MB. Delete something first.");
  };
  const sqlPrototype = Object.getPrototypeOf(sql);
  const { exec } = sqlPrototype;
  sqlPrototype.exec = function (query, ...values) {
    const { databaseSize } = this;
    if (databaseSize >= MOST && WRITE.test(String(query).replace(QUOTED, " "))) requireRoom(databaseSize);
    return exec.call(this, query, ...values);
  };
  const guardPut = (prototype) => {
    const { put } = prototype;
    if (typeof put !== "function") return;
    prototype.put = function (...args) {
      requireRoom(sql.databaseSize);
      return put.apply(this, args);
    };
  };
  guardPut(Object.getPrototypeOf(storage));
  if (storage.kv) guardPut(Object.getPrototypeOf(storage.kv));
}
`;

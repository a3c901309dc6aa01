// Code that runs inside a generated app's isolate: the alarms of its objects, which the host keeps (app-clock.ts).

/** The header of the host's call to an object's alarm handler. Visitors cannot send it (gateway/headers.ts). */
export const ALARM_HEADER = "x-edgesmith-alarm";

/**
 * Returns the module's source. `bindAlarms(ctx, address, Class)` gives an object's storage its alarms, and
 * `withHost(Prepared, Class)` lets the host call the alarm handler. Handlers answer only after the host has stored the alarms
 * that they set, so that an alarm is as durable as the answer, whether the app awaited it or not.
 */
export const alarmModule = (): string => ALARMS;

const ALARMS = `import { eventOf } from "./handler.js";
import { services, visitedBy } from "./services.js";

/** The object behind a storage: its address, its class, and the alarms that are on their way to the host. */
const objects = new WeakMap();
const patched = new WeakSet();

export function bindAlarms(ctx, address, Class) {
  const { storage } = ctx;
  objects.set(storage, { address, Class, sent: new Set(), waitUntil: (work) => ctx.waitUntil(work) });
  const prototype = Object.getPrototypeOf(storage);
  if (patched.has(prototype)) return;
  patched.add(prototype);
  prototype.setAlarm = function (time) {
    return setAlarm(this, time);
  };
  prototype.getAlarm = function () {
    return services.getAlarm(objects.get(this).address);
  };
  prototype.deleteAlarm = function () {
    return send(this, services.deleteAlarm(objects.get(this).address));
  };
  const { deleteAll, transaction } = prototype;
  prototype.deleteAll = async function (...rest) {
    await deleteAll.apply(this, rest);
    await this.deleteAlarm();
  };
  prototype.transaction = function (work, ...rest) {
    return inTransaction(this, (within) => transaction.call(this, within, ...rest), work);
  };
}

function setAlarm(storage, time) {
  const at = timeOf(time);
  const { address, Class } = objects.get(storage);
  if (typeof Class.prototype.alarm !== "function") {
    throw new Error("Your Durable Object class must have an alarm() handler in order to call setAlarm()");
  }
  return send(storage, services.setAlarm(address, at));
}

function timeOf(time) {
  const at = time instanceof Date ? time.getTime() : time;
  if (typeof at !== "number" || !Number.isFinite(at)) throw new TypeError("setAlarm() takes a Date, or milliseconds since 1970.");
  if (at <= 0) throw new TypeError("setAlarm() cannot be called with an alarm time <= 0");
  return Math.trunc(at);
}

/** Notes a call of the host as on its way. */
function send(storage, call) {
  const { sent, waitUntil } = objects.get(storage);
  const known = call.then(() => {});
  const settled = known.finally(() => sent.delete(settled));
  sent.add(settled);
  settled.catch(() => {});
  waitUntil(settled.catch(() => {}));
  return known;
}

/** A transaction's alarms are sent once it has committed. */
async function inTransaction(storage, begin, work) {
  let wanted;
  const result = await begin((inner) => {
    const { rollback } = inner;
    Object.defineProperties(inner, {
      setAlarm: { value: async (time) => { wanted = timeOf(time); } },
      deleteAlarm: { value: async () => { wanted = null; } },
      getAlarm: { value: async () => (wanted === undefined ? storage.getAlarm() : wanted) },
      rollback: { value: () => { wanted = undefined; rollback.call(inner); } },
    });
    return work(inner);
  });
  if (wanted === null) await storage.deleteAlarm();
  if (typeof wanted === "number") await storage.setAlarm(wanted);
  return result;
}

/** Resolves when the host has stored every alarm that was set; rejects when it refused one. */
async function stored(ctx) {
  const sent = [...(objects.get(ctx.storage)?.sent ?? [])];
  await Promise.all(sent);
}

const states = new WeakMap();
const EVENTS = ["webSocketMessage", "webSocketClose", "webSocketError"];

export function withHost(Prepared, Class) {
  const { fetch } = Class.prototype;
  Prepared.prototype.fetch = async function (request) {
    const { ctx } = states.get(this) ?? this;
    const alarm = request.headers.get("${ALARM_HEADER}");
    if (alarm !== null) {
      try {
        await this.alarm(JSON.parse(alarm));
      } finally {
        await stored(ctx);
      }
      return new Response(null, { status: 204 });
    }
    const event = eventOf(request);
    if (event !== null) {
      if (typeof this.scheduled !== "function") throw new Error("Handler does not export a scheduled() function.");
      await this.scheduled(event);
      await stored(ctx);
      return new Response(null, { status: 204 });
    }
    if (typeof fetch !== "function") throw new TypeError("Handler does not export a fetch() function.");
    const response = await visitedBy(request, (visited) => fetch.call(this, visited));
    await stored(ctx);
    return response;
  };
  for (const event of EVENTS) {
    const handler = Class.prototype[event];
    if (typeof handler !== "function") continue;
    Prepared.prototype[event] = async function (...args) {
      await handler.apply(this, args);
      await stored((states.get(this) ?? this).ctx);
    };
  }
}

/** Remembers an object's state: a class that extends nothing has no ctx. */
export const remember = (object, ctx) => states.set(object, { ctx });
`;

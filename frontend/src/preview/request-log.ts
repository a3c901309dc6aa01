import { useEffect, useState } from "react";
import { type PreviewMessage, readPreviewMessage } from "./preview-message.ts";

/** A request of the app's page, with a sequential `id`. */
export type AppRequest = Omit<Extract<PreviewMessage, { type: "request" }>, "type"> & { id: number; at: Date };

const maxKept = 300;

/** Stores the newest requests of the app's page, oldest first. Outside of React, since the list is rarely visible. */
export class RequestLog {
  #all: readonly AppRequest[] = [];
  #count = 0;
  readonly #listeners = new Set<() => void>();

  readonly all = (): readonly AppRequest[] => this.#all;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add({ type: _, ...request }: Extract<PreviewMessage, { type: "request" }>): void {
    this.#count += 1;
    this.#change([...this.#all.slice(1 - maxKept), { id: this.#count, at: new Date(), ...request }]);
  }

  clear(): void {
    this.#change([]);
  }

  #change(all: readonly AppRequest[]): void {
    this.#all = all;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Records the requests of the app's pages.
 * @param url the preview's link; undefined while there is none
 */
export function useRequestLog(url: string | undefined): RequestLog {
  const [log] = useState(() => new RequestLog());
  const origin = url === undefined ? null : new URL(url, location.href).origin;
  useEffect(() => {
    if (origin === null) return;
    const onMessage = (event: MessageEvent<unknown>) => {
      const message = readPreviewMessage(event, origin);
      if (message?.type === "request") log.add(message);
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, [origin, log]);
  return log;
}

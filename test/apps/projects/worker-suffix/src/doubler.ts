import { double } from "./double";

self.onmessage = (event: MessageEvent<number>) => self.postMessage(double(event.data));

// Scripts that run in the measured page, as text: the benches are compiled without the browser's types.

/** Collects the durations of tasks of 50 ms and more. */
export const watchTasks = `
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((one) => one.duration))).observe({ type: "longtask" });
`;
export const clearTasks = "void window.tasks.splice(0)";
export const longest = "Math.max(0, ...window.tasks)";

export const countNodes = "document.querySelectorAll('*').length";

/** Collects the time from each key to the frame that shows it. */
export const watchKeys = `
  window.paints = [];
  addEventListener("keydown", ({ timeStamp }) => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => window.paints.push(performance.now() - timeStamp);
    requestAnimationFrame(() => painted.port2.postMessage(null));
  }, { capture: true });
`;

/** Makes the page read its project again, as after a lost connection. */
export const comeOnline =
  "dispatchEvent(new Event('online')), document.dispatchEvent(new Event('visibilitychange')), undefined";

/** Scrolls through the whole conversation. */
export const scrollThrough = `(async () => {
  const box = document.querySelector("section[aria-label=Chat] .overflow-y-auto");
  for (let top = 0; top < box.scrollHeight; top += 700) {
    box.scrollTop = top;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})()`;

export const scrollToTop = 'document.querySelector("section[aria-label=Chat] .overflow-y-auto").scrollTo({ top: 0 })';

/** The hint of an earlier visit, which accompanies a session cookie. */
export const rememberVisit = 'localStorage.setItem("edgesmith-signed-in", "yes")';

export const largestPaint = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
    type: "largest-contentful-paint",
    buffered: true,
  });
})`;

postMessage("second");

self.postMessage("worker");

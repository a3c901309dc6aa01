import Second from "./second?worker";

new Second().onmessage = ({ data }) => postMessage(`first of ${data}`);

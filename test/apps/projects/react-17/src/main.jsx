import React, { useState } from "react";
import ReactDOM from "react-dom";

function App() {
  const [count] = useState(17);
  return <h1>React {count} {React.version.split(".")[0]}</h1>;
}

ReactDOM.render(<App />, document.getElementById("root"));

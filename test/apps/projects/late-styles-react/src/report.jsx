import "./report.scss";

// The rules are there before the code of the route runs.
const { color, padding } = getComputedStyle(document.body);

export default ({ before }) => (
  <p className="card" id="report">
    before {before} then {color} {padding}
  </p>
);

import "./never.css";

export default () => <p>never</p>;

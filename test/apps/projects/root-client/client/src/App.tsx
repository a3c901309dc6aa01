import { limit } from "@shared/limits";
import "./app.css";

export function App() {
  return <h1>a client with a limit of {limit}</h1>;
}

import { useParams } from "react-router";

export default function Plant() {
  return <h1>the plant {useParams().name}</h1>;
}

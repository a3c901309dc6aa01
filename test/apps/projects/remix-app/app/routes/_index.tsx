export default function Index() {
  return <h1>Remix</h1>;
}

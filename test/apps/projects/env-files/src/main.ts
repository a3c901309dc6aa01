const { VITE_GREETING, VITE_OVERRIDDEN, VITE_EXPANDED, MODE, PROD, DEV, SSR, BASE_URL } = import.meta.env;
const secret = import.meta.env.SECRET_KEY ?? "no secret";
document.querySelector("#app")!.textContent = [
  VITE_GREETING,
  VITE_OVERRIDDEN,
  VITE_EXPANDED,
  MODE,
  String(PROD),
  String(DEV),
  String(SSR),
  BASE_URL,
  secret,
].join(" | ");

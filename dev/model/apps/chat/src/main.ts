type Message = { name: string; text: string };
type Told = { messages?: Message[]; here?: number; error?: string };

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const state = find("#state");
const messages = find("#messages");
const text = find<HTMLInputElement>("#text");
const signIn = find<HTMLAnchorElement>("#sign-in");
const signOut = find<HTMLAnchorElement>("#sign-out");

let socket: WebSocket | null = null;

function item({ name, text: said }: Message): HTMLLIElement {
  const who = document.createElement("strong");
  who.textContent = `${name}: `;
  const line = document.createElement("li");
  line.append(who, said);
  return line;
}

function hear({ messages: said, here, error }: Told) {
  if (said) messages.append(...said.map(item));
  if (here !== undefined) state.textContent = here === 1 ? "You are alone here" : `${here} people are here`;
  if (error) state.textContent = error;
}

/** Connects, and again a second after the connection was lost: new code of the app closes it too. */
function connect() {
  const opened = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/room`);
  opened.addEventListener("open", () => {
    socket = opened;
    messages.replaceChildren();
  });
  opened.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  opened.addEventListener("close", () => {
    socket = null;
    state.textContent = "The connection was lost. Connecting again…";
    setTimeout(connect, 1_000);
  });
}

async function begin() {
  const answer = await (await fetch("/api/me")).json();
  signIn.href = answer.signIn;
  signOut.href = answer.signOut;
  signIn.hidden = answer.isSignedIn;
  find("#room").hidden = !answer.isSignedIn;
  if (answer.isSignedIn) connect();
  else state.textContent = "Only people who are signed in can read and write here.";
}

find("#form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (socket === null) return;
  socket.send(text.value);
  text.value = "";
});

void begin();

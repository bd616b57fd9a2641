// Says in time that the session ends, and lets whoever is at work stay; what was typed stays on the page in any case.
const said = document.getElementById("session-end");
const words = said.dataset;
const SOON = 300; // seconds before the end
let next = 0;
let due; // when this page asks again

async function ask(method) {
  const answer = await fetch("/session-end", { method, headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) return show({ seconds: 0 });
  if (!answer?.ok) return later(60); // no line, or busy: nothing is known, and nothing is said
  show(await answer.json());
}

function later(seconds) {
  clearTimeout(next);
  due = Date.now() + seconds * 1000;
  next = setTimeout(() => ask("GET"), seconds * 1000);
}

function say(text, press) {
  const line = document.createElement("p");
  line.textContent = text;
  said.replaceChildren(line, press);
  said.setAttribute("role", "alert"); // only now: an empty one is no alert
  said.hidden = false;
}

function stay() {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.stay;
  button.addEventListener("click", () => ask("POST"));
  return button;
}

function signIn() {
  const link = document.createElement("a");
  link.className = "button";
  link.href = "/sign-in";
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = words.signIn;
  return link;
}

function show({ seconds, is_last: isLast }) {
  if (seconds > SOON) {
    said.hidden = true;
    return later(seconds - SOON);
  }
  if (seconds <= 0) {
    say(words.ended, signIn());
    return later(300);
  }
  const minutes = String(Math.max(1, Math.round(seconds / 60)));
  say((isLast ? words.last : words.soon).replace("{minutes}", minutes), isLast ? signIn() : stay());
  later(Math.min(60, seconds + 1));
}

// A telephone that slept runs no timers, and somebody may have signed in beside this page.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && (Date.now() >= due || !said.hidden)) ask("GET");
});
later(60);

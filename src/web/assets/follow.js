// Asks again who has taken it: every four seconds, then more rarely, and not while nobody looks.

const part = document.querySelector("[data-follow]");
let wait = 4000, timer = 0;

async function again() {
  try {
    const answer = await fetch(part.dataset.follow);
    if (answer.ok) {
      const html = await answer.text();
      // What is the same is not read aloud again.
      if (html.trim() !== part.dataset.last) {
        if (part.dataset.last !== undefined) part.innerHTML = html;
        part.dataset.last = html.trim();
        wait = 4000;
      }
    }
  } catch {
    // No line; there may be one again.
  }
  wait = Math.min(wait * 1.2, 60000);
  timer = setTimeout(again, wait);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) { wait = 4000; again(); }
});
if (part) timer = setTimeout(again, 1500);

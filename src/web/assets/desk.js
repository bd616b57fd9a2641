// Search that answers while somebody types, and keys to move through the list. Everything works without it.
const list = document.getElementById("list");
const search = document.getElementById("q");
const whole = list.innerHTML;
let asked = "", waiting = 0, running = null;

async function look() {
  const words = search.value.trim();
  if (words === asked) return;
  asked = words;
  if (running) running.abort();
  if (words.length < 2) {
    // What the page came with, unless it was a search itself.
    if (!new URLSearchParams(location.search).get("q")) list.innerHTML = whole;
    return;
  }
  running = new AbortController();
  try {
    const answer = await fetch("/desk/list?" + new URLSearchParams({ q: words }), { signal: running.signal, headers: { accept: "text/html" } });
    // A session that has ended leads to another page: then the form itself goes there.
    if (answer.redirected || !answer.ok) return;
    list.innerHTML = await answer.text();
  } catch (failed) {
    if (failed.name !== "AbortError") asked = "";
  }
}
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 200);
});

const KEPT = "desk-keys-off";
const toggle = document.getElementById("keys-switch");
const off = () => { try { return localStorage.getItem(KEPT) === "1"; } catch { return false; } };
const show = () => { toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; };
toggle.hidden = false;
show();
toggle.addEventListener("click", () => {
  try { off() ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "1"); } catch { /* not kept, then */ }
  show();
});

function move(by) {
  const links = [...list.querySelectorAll("a.open")];
  if (!links.length) return;
  const row = document.activeElement.closest?.("li.case");
  const at = row ? links.indexOf(row.querySelector("a.open")) : by > 0 ? -1 : links.length;
  links[Math.max(0, Math.min(links.length - 1, at + by))].focus();
}
document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey || press.defaultPrevented) return;
  const on = press.target;
  if (on === search && press.key === "ArrowDown") { press.preventDefault(); move(1); return; }
  if (off() || on.closest("input:not([type=checkbox]), select, textarea, summary")) return;
  const in_list = list.contains(on);
  if (press.key === "j" || (press.key === "ArrowDown" && in_list)) { press.preventDefault(); move(1); }
  else if (press.key === "k" || (press.key === "ArrowUp" && in_list)) { press.preventDefault(); move(-1); }
  else if (press.key === "/") { press.preventDefault(); search.focus(); search.select(); }
  else if (press.key === "x" && in_list) {
    const box = on.closest("li.case")?.querySelector("input[type=checkbox]");
    if (box) { press.preventDefault(); box.checked = !box.checked; }
  }
});

// What a script adds to the notice: places while somebody types, the work in place of the question, one sending only.
// Without it the form does the same with one more step.

const form = document.querySelector("#notice");
const hidden = (name) => form.querySelector(`input[type=hidden][name=${name}]`);

places(form.querySelector("[name=place]"));
work(form.querySelector("[name=challenge]"));
sendOnce();

// A combobox with a list (ARIA practices: editable, list autocomplete).
function places(input) {
  if (!input) return;
  const find = form.querySelector("button[value=find]");
  const list = document.createElement("ul");
  list.id = "places";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.className = "options";
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  input.after(list, said);
  find.hidden = true;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" })) input.setAttribute(name, value);

  let shown = [], active = -1, timer = 0, asked = 0;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (to) => {
    active = to;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", at === to));
    const option = list.children[to];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const forget = () => {
    // The places that were offered before stand for other words.
    form.querySelectorAll("[name=commune]").forEach((one) => (one.closest("fieldset") ?? one).remove());
  };
  const choose = (place) => {
    forget();
    const commune = document.createElement("input");
    commune.type = "hidden";
    commune.name = "commune";
    commune.value = place.code;
    form.append(commune);
    input.value = place.name;
    hidden("found_for").value = place.name;
    said.textContent = place.name;
    close();
  };
  const show = (places) => {
    shown = places;
    list.replaceChildren(...places.map((place, at) => {
      const option = document.createElement("li");
      option.id = `place-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = place.label;
      // Before the entry loses the focus.
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(place); });
      return option;
    }));
    said.textContent = places.length ? form.dataset.found.replace("{n}", places.length) : form.dataset.none;
    active = -1;
    list.hidden = !places.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const q = input.value.trim(), mine = ++asked;
    if (q.length < 2) return close();
    try {
      const answer = await fetch(`/places?q=${encodeURIComponent(q)}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const places = await answer.json();
      if (mine === asked && document.activeElement === input) show(places);
    } catch {
      // Without a line the button asks when there is one.
      find.hidden = false;
    }
  };
  input.addEventListener("input", () => {
    forget();
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", (event) => {
    const last = shown.length - 1;
    if (event.key === "ArrowDown" && list.hidden) ask();
    else if (event.key === "ArrowDown") mark(active < last ? active + 1 : 0);
    else if (event.key === "ArrowUp" && !list.hidden) mark(active > 0 ? active - 1 : last);
    else if (event.key === "Enter" && !list.hidden) choose(shown[Math.max(active, 0)]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}

// The browser does the work that the question stands for; where it cannot, the question stays.
function work(challenge) {
  const question = document.querySelector("#question");
  if (!challenge || !window.Worker) return;
  question.hidden = true;
  const back = () => (question.hidden = false);
  const worker = new Worker(challenge.dataset.worker);
  form.working = new Promise((done) => {
    worker.onmessage = ({ data }) => { hidden("nonce").value = data; worker.terminate(); done(); };
    worker.onerror = () => { back(); done(); };
  });
  worker.postMessage({ salt: challenge.value, bits: Number(challenge.dataset.bits) });
}

// The form goes once, when the work is done or three seconds later: an urgent one needs none.
function sendOnce() {
  let isSent = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "find") return;
    if (isSent) return event.preventDefault();
    isSent = true;
    const button = form.querySelector("button[value=send]");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.sending;
    if (hidden("nonce")?.value !== "" || !form.working) return;
    event.preventDefault();
    await Promise.race([form.working, new Promise((late) => setTimeout(late, 3000))]);
    form.submit();
  });
  // Somebody who comes back by the button of the browser may send again; the key says that it is the same.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// What a script adds to the notice: places while somebody types, the work in place of the question, one sending only.
// Without it the form does the same with one more step.

const form = document.querySelector("#notice");
const hidden = (name) => form.querySelector(`input[type=hidden][name=${name}]`);

let working;

places(form.querySelector("[name=place]"));
work(form.querySelector("[name=challenge]"));
here(document.querySelector("#here"));
drafts();
// Somebody who comes back by the button of the browser may send again; the key says that it is the same.
addEventListener("pageshow", (event) => event.persisted && location.reload());

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
      const answer = await fetch(`/places?q=${encodeURIComponent(q)}`, { signal: AbortSignal.timeout?.(5000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const places = await answer.json();
      if (mine === asked && document.activeElement === input) show(places);
    } catch {
      const places = await without(q);
      // Without a line and without a list the button asks when there is one.
      if (!places) find.hidden = false;
      else if (mine === asked && document.activeElement === input) show(places);
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

// Places from the list that is kept on this phone, as the service finds them: words without diacritics, in any order.
let list;
async function without(q) {
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replace(/[^a-z0-9]+/g, " ").trim();
  if (!list) {
    const answer = await fetch(form.dataset.places).catch(() => null);
    if (!answer?.ok) return null;
    let province = "";
    list = [];
    for (const line of (await answer.text()).split("\n")) {
      if (line.startsWith("#")) province = line.slice(1);
      else if (line) list.push({ code: line.slice(0, 5), name: `${line.slice(6)}, ${province}`, key: ` ${plain(`${line.slice(6)} ${province}`)}`, own: ` ${plain(line.slice(6))}` });
    }
  }
  const words = plain(q).split(" ").map((word) => ` ${word}`);
  const fit = list.filter((place) => words.every((word) => place.key.includes(word)));
  const rank = (place) => words.filter((word) => !place.own.includes(word)).length;
  return fit.sort((a, b) => rank(a) - rank(b)).slice(0, 8).map(({ code, name }) => ({ code, name, label: name }));
}

// "I am here": the telephone is asked where it is once somebody presses.
function here(button) {
  if (!navigator.geolocation || !isSecureContext) return;
  button.hidden = false;
  button.addEventListener("click", async () => (await import(`/assets/${button.dataset.script}`)).write(button, form.elements.detail));
}

// The browser does the work that the question stands for; where it cannot, the question stays.
function work(challenge) {
  const question = document.querySelector("#question");
  if (!challenge || !window.Worker) return;
  question.hidden = true;
  // A form that was kept has no question that still counts.
  if (form.dataset.kept) return;
  const worker = new Worker(form.dataset.worker);
  working = new Promise((done) => {
    worker.onmessage = ({ data }) => { hidden("nonce").value = data; worker.terminate(); done(); };
    worker.onerror = () => { question.hidden = false; done(); };
  });
  worker.postMessage({ salt: challenge.value, bits: Number(challenge.dataset.bits) });
}

// What is typed is kept on this phone, and sent once: at once where there is a line, else when there is one again.
async function drafts() {
  if (form.dataset.kept) document.querySelector("#kept").hidden = false;
  const kept = await import(form.dataset.offline).catch(() => null);
  const key = hidden("key"), given = new URLSearchParams(location.hash.slice(1)).get("draft");
  const fields = () => [...new FormData(form)].filter(([name]) => !["key", "challenge", "nonce", "answer"].includes(name));
  let isSent = false, timer = 0;
  const isBack = document.querySelector("[role=alert]");
  if (kept) {
    try {
      // A form that comes back with its faults goes on with its draft; any other begins one.
      if (given) load((await kept.get(given))?.fields ?? []);
      if (given) key.value = given;
      else if (!isBack) key.value = kept.newId();
      if (form.dataset.kept && !given) now();
      const others = (await kept.all()).filter((draft) => draft.state !== "received" && draft.id !== key.value);
      document.querySelector("#unfinished").hidden = !others.length;
      if (others.some((draft) => draft.state === "waiting")) kept.keepTrying(form.dataset.worker);
    } catch {
      // A browser that keeps nothing: the form goes as it would without script.
    }
    kept.recoverBy(form.dataset.recovery);
    // What was typed goes into safe keeping when somebody pauses, and not with every sign.
    let pause = 0;
    const giveAway = () => {
      clearTimeout(pause);
      pause = setTimeout(async () => {
        const code = isSent ? null : await kept.giveAway(key.value).catch(() => null);
        const said = document.querySelector("#recovery");
        if (code) said.textContent = said.dataset.text.replace("{code}", code);
        if (code) said.hidden = false;
      }, 4000);
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => isSent || kept.keep(key.value, fields()).then(giveAway).catch(() => {}), 600);
    });
    kept.install(form.dataset.places);
    photographs(key.value, Boolean(given), () => kept.keep(key.value, fields()));
  }
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "find") return;
    event.preventDefault();
    if (isSent) return;
    isSent = true;
    clearTimeout(timer);
    const button = form.querySelector("button[value=send]");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.sending;
    // An urgent notice needs no work: after three seconds it goes without.
    if (hidden("nonce")?.value === "" && working) await Promise.race([working, new Promise((late) => setTimeout(late, 3000))]);
    const answer = document.querySelector("[name=answer]")?.value ?? "";
    const shown = form.dataset.kept || !hidden("nonce") ? undefined : { challenge: hidden("challenge")?.value ?? form.querySelector("[name=challenge]").value, nonce: hidden("nonce").value, answer };
    let draft;
    try {
      await kept.keep(key.value, fields(), "waiting");
      kept.isSafe();
      draft = await kept.send(key.value, form.dataset.worker, shown);
    } catch {
      return form.submit();
    }
    if (draft.state === "received") location.assign(draft.address);
    // The service says what is wrong beside the entries.
    else if (draft.state === "phone") form.submit();
    else location.assign("/drafts");
  });
}

// Photographs are kept beside the draft, and sent after it. Their script is asked for when somebody reaches for them, or some wait.
function photographs(draft, isGiven, keep) {
  const list = document.querySelector("#photos-kept"), input = document.querySelector("#photo");
  document.querySelector("#photos-of-draft").hidden = false;
  let mounted;
  const mount = () => (mounted ??= import(`/assets/${list.dataset.photos}`).then(async (photos) => {
    await photos.mount(list, input, { draft });
    await photos.keepTrying(list.dataset.offline);
  }).catch(() => { mounted = null; }));
  input.addEventListener("focus", mount);
  input.addEventListener("change", () => { keep().catch(() => {}); mount(); });
  let isWaiting = false;
  try { isWaiting = localStorage.getItem("tnld-photos") !== null; } catch { /* nothing is kept, then */ }
  if (isGiven || isWaiting) mount();
}

function load(fields) {
  for (const [name, value] of fields) {
    const entry = form.elements[name];
    if (name === "commune" && !entry) {
      const commune = document.createElement("input");
      Object.assign(commune, { type: "hidden", name, value });
      form.append(commune);
    } else if (entry?.type === "checkbox") entry.checked = true;
    else if (entry) entry.value = value;
  }
}

// A form that was kept was made some other time.
function now() {
  const local = new Date(Date.now() + 7 * 3600_000).toISOString();
  form.elements.occurred_at.value = local.slice(0, 16);
  hidden("chosen_on").value = local.slice(0, 10);
}

// What a script adds to the record of a commune: it is kept on this device while it is written, and sent once, at once where
// there is a line, else when there is one again. Without it the form does the same over a line that holds.

const form = document.querySelector('#record'), t = form.dataset, key = form.elements.key, TO = '/commune/record';
const given = new URLSearchParams(location.hash.slice(1)).get('draft');
const said = (id) => document.querySelector(`#${id}`);
const fields = () => [...new FormData(form)].filter(([name]) => name !== 'key');

// Somebody who comes back by the button of the browser finds a form of its own.
addEventListener('pageshow', (event) => event.persisted && location.reload());
if (t.kept) said('kept').hidden = false;

const drafts = await import(t.offline).catch(() => null);
let isSent = false, timer = 0, pause = 0;

function load(fields) {
  for (const [name, value] of fields) if (form.elements[name] && name !== 'key') form.elements[name].value = value;
}

// What was written goes into safe keeping when somebody pauses.
function giveAway() {
  clearTimeout(pause);
  pause = setTimeout(async () => {
    const code = isSent ? null : await drafts.giveAway(key.value).catch(() => null);
    const line = said('recovery');
    if (!code) return;
    line.textContent = line.dataset.text.replace('{code}', code);
    line.hidden = false;
  }, 4000);
}

async function begin() {
  if (given) {
    load((await drafts.get(given))?.fields ?? []);
    key.value = given;
  } else if (t.kept || !key.value) {
    // A form that was kept was made some other time.
    key.value = drafts.newId();
    form.elements.day.value = new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10);
  }
  const others = (await drafts.all()).filter((draft) => draft.state !== 'received' && draft.id !== key.value);
  said('unfinished').hidden = !others.length;
  if (others.some((draft) => draft.state === 'waiting')) drafts.keepTrying(t.worker);
}

if (drafts) {
  drafts.recoverBy(t.recovery);
  // A browser that keeps nothing: the form goes as it would without script.
  await begin().catch(() => {});
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => isSent || drafts.keep(key.value, fields(), 'phone', TO).then(giveAway).catch(() => {}), 600);
  });
  drafts.install(undefined, { record: true });
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (isSent) return;
  isSent = true;
  clearTimeout(timer);
  said('signed-out').hidden = true;
  const button = form.querySelector(':scope > button'), text = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = t.sending;
  let draft;
  try {
    await drafts.keep(key.value, fields(), 'waiting', TO);
    drafts.isSafe();
    draft = await drafts.send(key.value, t.worker);
  } catch {
    return form.submit();
  }
  if (draft.state === 'received') return location.assign(draft.address);
  if (draft.state === 'waiting') return location.assign('/drafts');
  // The service says what is wrong beside the entries.
  if (draft.refused !== 401) return form.submit();
  isSent = false;
  button.removeAttribute('aria-disabled');
  button.textContent = text;
  said('signed-out').hidden = false;
  said('signed-out').focus();
});

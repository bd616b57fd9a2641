// The list of what is kept on this phone: each can be opened, mended, sent, taken away as a file, or deleted by itself.

const list = document.querySelector('#drafts');
const t = list.dataset;
const drafts = await import(t.offline);
drafts.recoverBy(t.recovery);
const { dataset: photoWords } = document.querySelector('#photos-kept');
const photos = await import(`/assets/${photoWords.photos}`);
const field = (draft, name) => draft.fields.find(([other]) => other === name)?.[1] ?? '';

function button(text, press, tone = 'plain') {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `${tone} small`;
  made.textContent = text;
  made.addEventListener('click', press);
  return made;
}

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function save(draft) {
  const file = new Blob([JSON.stringify({ id: draft.id, state: draft.state, saved_at: new Date(draft.savedAt).toISOString(), entries: Object.fromEntries(draft.fields) }, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `tin-bao-${draft.id.slice(0, 8)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function item(draft) {
  const made = document.createElement('li');
  const isReceived = draft.state === 'received';
  const state = isReceived ? t.received.replace('{number}', draft.receipt_no) : draft.state === 'waiting' ? t.waiting : draft.faults?.length ? t.faulty : t.phone;
  const tone = isReceived ? 'good' : draft.state === 'waiting' || draft.faults?.length ? 'warn' : 'quiet';
  made.className = tone;
  const head = element('div', '', 'row apart'), where = field(draft, 'place') || field(draft, 'where');
  const at = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Ho_Chi_Minh' }).format(draft.savedAt);
  head.append(element('b', field(draft, 'summary').slice(0, 80) || where || at), element('span', state, `chip ${tone}`));
  made.append(head, element('p', [where, at].filter(Boolean).join(' · '), 'soft small'));
  if (draft.state === 'waiting' && draft.tries) made.append(element('p', t.tried.replace('{n}', draft.tries), 'soft small'));
  const faults = draft.state === 'phone' && draft.refused === 401 ? [{ message: t.late }] : draft.faults ?? [];
  for (const { label, message } of faults) made.append(element('p', [label, message].filter(Boolean).join(': '), 'wrong'));
  if (!isReceived && draft.code) made.append(element('p', t.code.replace('{code}', draft.code), 'soft small'));
  const row = element('div', '', 'row');
  if (isReceived) {
    const link = element('a', t.follow, 'button plain small');
    link.href = draft.address;
    row.append(link);
  } else {
    row.append(button(draft.state === 'waiting' ? t.now : t.send, async () => { await drafts.wait(draft.id); await show(); await drafts.send(draft.id, t.worker); await show(); }, ''));
    row.append(button(t.open, async () => { if (draft.tries && !confirm(t.maybe)) return; await drafts.mend(draft.id); location.assign(`${draft.to ?? drafts.NOTICE}#draft=${draft.id}`); }));
    row.append(button(t.export, () => save(draft)));
  }
  row.append(button(t.delete, async () => { if (isReceived || confirm(t.sure)) { await photos.dropOf(draft.id).catch(() => {}); await drafts.remove(draft.id); await show(); } }));
  made.append(row);
  const kept = await photos.entries({ draft: draft.id }, photoWords).catch(() => []);
  if (kept.length) {
    const inside = element('ul', '', 'list');
    inside.setAttribute('aria-label', photoWords.heading);
    inside.append(...kept);
    made.append(inside);
  }
  return made;
}

async function show() {
  const all = await drafts.all();
  list.replaceChildren(...await Promise.all(all.map(item)));
  document.querySelector('#none').hidden = all.length > 0;
}

// A draft of another phone, by its recovery code.
const recover = document.querySelector('#recover');
recover.hidden = !crypto.subtle;
recover.addEventListener('submit', async (event) => {
  event.preventDefault();
  const entry = recover.elements.code, wrong = document.querySelector('#code-wrong');
  const say = (text) => { wrong.textContent = text; wrong.hidden = false; entry.setAttribute('aria-invalid', 'true'); entry.focus(); };
  try {
    const id = await drafts.takeBack(entry.value);
    if (id) location.assign(`${(await drafts.get(id)).to ?? drafts.NOTICE}#draft=${id}`);
    else say(t.unknown);
  } catch {
    say(t.away);
  }
});

drafts.onChange(show);
photos.onChange(show);
await show();
const turn = drafts.keepTrying(t.worker);
photos.keepTrying(t.offline).catch(() => {});
addEventListener('online', () => turn(true).then(show));
drafts.install(t.places);
if (!(await drafts.isSafe())) document.querySelector('#unsafe').hidden = false;

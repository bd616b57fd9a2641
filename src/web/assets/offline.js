// Notices, and records of a commune, on this phone: kept while they are typed, sent when there is a line, and called received only by the receipt of the
// service. Each has an id of its own that is its idempotency key: however many answers are lost, it is one notice.

const STORE = 'drafts';
const bell = 'BroadcastChannel' in self ? new BroadcastChannel('tnld-drafts') : null;

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

let opened;
function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open('tnld', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}

// One change at a time over all tabs: what `work` makes of the draft is stored before anybody else reads it.
async function change(id, work) {
  const transaction = (await database()).transaction(STORE, 'readwrite');
  const drafts = transaction.objectStore(STORE);
  const after = work(await asked(drafts.get(id)));
  if (after) await asked(drafts.put(after));
  await new Promise((done, failed) => { transaction.oncomplete = done; transaction.onabort = () => failed(transaction.error); });
  if (after) bell?.postMessage(id);
  return after;
}

export const all = async () => {
  const found = await asked((await database()).transaction(STORE).objectStore(STORE).getAll());
  return found.sort((a, b) => b.savedAt - a.savedAt);
};
export const get = async (id) => asked((await database()).transaction(STORE).objectStore(STORE).get(id));
export async function remove(id) {
  forget((await get(id))?.code);
  await asked((await database()).transaction(STORE, 'readwrite').objectStore(STORE).delete(id));
  bell?.postMessage(id);
}
export const onChange = (tell) => bell?.addEventListener('message', tell);

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// Where the module is that seals drafts for safe keeping: it is asked for when something was typed, not before.
let recovery;
export const recoverBy = (url) => { recovery = () => import(url); };

// Gives a draft into safe keeping; its code, once the service has it.
export async function giveAway(id) {
  if (!recovery || !crypto.subtle) return null;
  const { newCode, put } = await recovery();
  let draft = await get(id);
  if (draft && !draft.code) draft = await change(id, (now) => now && now.state !== 'received' ? { ...now, code: now.code ?? newCode() } : null);
  if (!draft?.code || draft.state === 'received') return null;
  await put(draft.code, { id, to: draft.to, fields: draft.fields, savedAt: draft.savedAt });
  return draft.code;
}

// What was given away, back on this phone; its id, or nothing where no draft is kept under the code.
export async function takeBack(typed) {
  const { read, get } = await recovery();
  const code = read(typed), found = code && await get(code);
  if (!found) return null;
  await change(found.id, (before) => before ? null : { ...found, code, state: 'phone', tries: 0, nextAt: 0, faults: [] });
  return found.id;
}
const forget = (code) => code && recovery?.().then((made) => made.forget(code)).catch(() => {});

// Keeps what was typed, and to which form it goes. What waits or was received is not changed any more by typing.
export const NOTICE = '/notice';
export const keep = (id, fields, state = 'phone', to = NOTICE) => change(id, (before) => {
  if (before && before.state !== 'phone') return null;
  return { id, to, fields, state, code: before?.code, savedAt: Date.now(), tries: 0, nextAt: 0, faults: [] };
});

// Takes it back from waiting, so that it can be mended.
export const mend = (id) => change(id, (draft) => draft?.state === 'waiting' && !(draft.lease > Date.now()) ? { ...draft, state: 'phone' } : null);
export const wait = (id) => change(id, (draft) => draft?.state === 'phone' ? { ...draft, state: 'waiting', nextAt: 0 } : null);

// Only one tab sends a draft at a time.
async function alone(id, work) {
  if (navigator.locks) return navigator.locks.request(`tnld-draft-${id}`, work);
  const until = Date.now() + 60_000;
  const mine = await change(id, (draft) => draft && !(draft.lease > Date.now()) ? { ...draft, lease: until } : null);
  if (!mine) return get(id);
  try {
    return await work();
  } finally {
    await change(id, (draft) => draft ? { ...draft, lease: 0 } : null);
  }
}

// Does the work that lets a notice pass which is not urgent.
async function proof(worker) {
  const answer = await fetch('/api/v1/notices/challenge');
  if (!answer.ok) return {};
  const { id, proof: { bits } } = await answer.json();
  const nonce = await new Promise((done) => {
    const at = new Worker(worker);
    at.onmessage = ({ data }) => { at.terminate(); done(data); };
    at.onerror = () => done('');
    at.postMessage({ salt: id, bits });
  });
  return { challenge: id, nonce };
}

// Sends a draft that waits. Nothing but the service's receipt makes it received.
export const send = (id, worker, shown) => alone(id, async () => {
  const draft = await get(id);
  if (draft?.state !== 'waiting') return draft;
  const later = (seconds) => change(id, (now) => {
    const tries = now.tries + 1;
    const pause = Math.min(900, 5 * 2 ** Math.min(tries, 10)) * (0.75 + Math.random() / 2);
    return { ...now, tries, nextAt: Date.now() + 1000 * (seconds || pause) };
  });
  let answer, said;
  try {
    const to = draft.to ?? NOTICE;
    // Only a notice comes from somebody whom nobody knows.
    const work = shown ?? (to === NOTICE ? await proof(worker) : {});
    const body = new URLSearchParams([...draft.fields, ['key', id], ...Object.entries(work), ['do', 'send']]);
    answer = await fetch(to, { method: 'POST', body, headers: { accept: 'application/json' }, signal: AbortSignal.timeout?.(60_000) });
    said = await answer.json();
  } catch {
    return later();
  }
  if (answer.ok && said.receipt_no) {
    forget(draft.code);
    // Nothing of anybody stays on the phone but the number.
    return change(id, () => ({ id, fields: [], state: 'received', savedAt: Date.now(), receipt_no: said.receipt_no, address: said.address }));
  }
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return later(Number(answer.headers.get('retry-after')));
  const why = document.documentElement.lang === 'en' ? said.detail_en : said.detail;
  const back = await change(id, (now) => ({ ...now, state: 'phone', refused: answer.status, faults: said.faults ?? [{ message: why }] }));
  if (answer.status !== 409) return back;
  // The id stands for something else that was received: what is here now is another notice, if it is sent.
  await remove(id);
  const other = newId();
  return change(other, () => ({ ...back, id: other, was: id, code: undefined }));
});

// Tries what waits, when its time has come or the line is back.
export function keepTrying(worker) {
  let timer;
  const turn = async (now) => {
    clearTimeout(timer);
    const waiting = (await all()).filter((draft) => draft.state === 'waiting');
    for (const draft of waiting) if (now || draft.nextAt <= Date.now()) await send(draft.id, worker);
    const next = (await all()).filter((draft) => draft.state === 'waiting').map((draft) => draft.nextAt);
    if (next.length) timer = setTimeout(turn, Math.max(1000, Math.min(...next) - Date.now()));
  };
  addEventListener('online', () => turn(true));
  onChange(() => { clearTimeout(timer); timer = setTimeout(turn, 2000); });
  turn(false);
  return turn;
}

// Whether the browser promises not to wipe what is kept here.
export async function isSafe() {
  if (!navigator.storage?.persist) return false;
  return (await navigator.storage.persisted()) || navigator.storage.persist();
}

// Lets the form open without a line from the next visit on; the list of places comes last, when nothing else is asked for.
export function install(places, more = {}) {
  if (!('serviceWorker' in navigator)) return;
  const idle = self.requestIdleCallback ?? ((work) => setTimeout(work, 200));
  setTimeout(() => idle(async () => {
    await navigator.serviceWorker.register('/sw.js').catch(() => null);
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ lang: document.documentElement.lang, places, ...more });
  }), 2000);
}

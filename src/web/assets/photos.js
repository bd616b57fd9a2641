// Photographs on this phone: made smaller, kept beside the notice that they belong to, and sent after it, never before. Each has a
// name of its own that the service knows it by: however many answers are lost, it is one photograph.

const STORE = 'photos';
// On the longer side, in pixels: what happened is still seen, and a line in the hills is slow.
const LONGEST = 1600;
// Bytes of a part. What came of one that broke off is kept by the service.
const PART = 256 * 1024;
const MOST = 10;
const DAY = 86_400_000;
const bell = 'BroadcastChannel' in self ? new BroadcastChannel('tnld-photos') : null;
let kept;

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

let opened;
function database() {
  const open = () => {
    const request = indexedDB.open('tnld-photos', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    return asked(request);
  };
  return (opened ??= open());
}

// One change at a time over all tabs.
async function change(id, work) {
  const transaction = (await database()).transaction(STORE, 'readwrite');
  const photos = transaction.objectStore(STORE);
  const after = work(await asked(photos.get(id)));
  if (after) await asked(photos.put(after));
  await new Promise((done, failed) => { transaction.oncomplete = done; transaction.onabort = () => failed(transaction.error); });
  if (after) tell(id);
  return after;
}
const heard = new Set();
function tell(id) {
  bell?.postMessage(id);
  heard.forEach((hear) => hear());
}
bell?.addEventListener('message', () => heard.forEach((hear) => hear()));

const get = async (id) => asked((await database()).transaction(STORE).objectStore(STORE).get(id));
const all = async () => (await asked((await database()).transaction(STORE).objectStore(STORE).getAll())).sort((a, b) => a.savedAt - b.savedAt);
async function drop(id) {
  await asked((await database()).transaction(STORE, 'readwrite').objectStore(STORE).delete(id));
  tell(id);
}

// A picture of at most so many pixels on its longer side, as JPEG. It is drawn anew: what stood beside the pixels, such as the
// place, does not go along.
export async function shrink(file) {
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    image = new Image();
    image.src = URL.createObjectURL(file);
    await image.decode();
  }
  const width = image.naturalWidth || image.width, height = image.naturalHeight || image.height;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close?.();
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.82));
  if (!blob) throw new Error('toBlob');
  return blob;
}

// Keeps photographs for a draft or for the address of a receipt; what could not be kept, in words.
async function add(files, owner, t) {
  const wrong = [];
  for (const file of files) {
    if ((await of(owner)).length >= MOST) { wrong.push(t.most); break; }
    let blob;
    try {
      blob = await shrink(file);
    } catch (why) {
      wrong.push(t.unreadable.replace('{name}', file.name).replace('{why}', why.message || why.name || ''));
      continue;
    }
    try {
      const id = kept.newId();
      await change(id, () => ({ id, draft: owner.draft ?? '', address: owner.address ?? '', blob, size: blob.size, there: 0, state: owner.address ? 'waiting' : 'phone', tries: 0, nextAt: 0, savedAt: Date.now() }));
    } catch {
      wrong.push(t.full);
      break;
    }
  }
  return wrong;
}

const of = async ({ draft, address }) => (await all()).filter((photo) => (draft && photo.draft === draft) || (address && photo.address === address));

export const onChange = (hear) => heard.add(hear);

// A draft is deleted: what waits for it goes too. What has its receipt goes on.
export async function dropOf(draft) {
  for (const photo of await of({ draft })) if (!photo.address) await drop(photo.id);
}

// Photographs whose notice was received wait to be sent from now on.
async function follow() {
  const drafts = await kept.all();
  for (const photo of await all()) {
    if (photo.state === 'received' && photo.savedAt < Date.now() - 7 * DAY) await drop(photo.id);
    if (photo.address) continue;
    const draft = drafts.find((one) => one.id === photo.draft) ?? drafts.find((one) => one.was === photo.draft);
    if (draft?.state === 'received') await change(photo.id, (now) => now && !now.address ? { ...now, address: draft.address, state: 'waiting', nextAt: 0 } : null);
    else if (draft && draft.id !== photo.draft) await change(photo.id, (now) => now && { ...now, draft: draft.id });
    // The notice that it was for is gone.
    else if (!draft && photo.savedAt < Date.now() - DAY) await drop(photo.id);
  }
}

const ask = (url, method, headers = {}, body) => fetch(url, { method, body, cache: 'no-store', headers: { 'Tus-Resumable': '1.0.0', ...headers }, signal: AbortSignal.timeout?.(120_000) });

// Only one tab sends a photograph at a time. A browser without locks may send a part twice: the service takes one.
const alone = (id, work) => navigator.locks ? navigator.locks.request(`tnld-photo-${id}`, work) : work();

// Sends a photograph that waits. Nothing but the word of the service makes it received.
const send = (id) => alone(id, async () => {
  const photo = await get(id);
  if (photo?.state !== 'waiting' || !photo.address) return;
  let there = photo.there;
  const later = (seconds) => change(id, (now) => {
    if (now?.state !== 'waiting') return null;
    const tries = now.tries + 1;
    const pause = Math.min(900, 5 * 2 ** Math.min(tries, 10)) * (0.75 + Math.random() / 2);
    return { ...now, there, tries, nextAt: Date.now() + 1000 * (seconds || pause) };
  });
  const refused = async (answer) => {
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return later(Number(answer.headers.get('retry-after')));
    const said = await answer.json().catch(() => ({}));
    // Somebody else wrote meanwhile, or what was there was forgotten: it begins again from what the service has.
    if (said.code === 'wrong_offset' || (answer.status === 404 && there > 0)) { there = 0; return later(2); }
    const why = (document.documentElement.lang === 'en' ? said.detail_en : said.detail) ?? String(answer.status);
    return change(id, (now) => now && { ...now, state: 'failed', why });
  };
  try {
    const begun = await ask(`${photo.address}/photos`, 'POST', { 'Upload-Length': String(photo.size), 'Upload-Metadata': `id ${btoa(id)},filetype ${btoa('image/jpeg')}` });
    if (!begun.ok) return refused(begun);
    let { state } = await begun.json();
    const url = `${photo.address}/photos/${id}`;
    there = Number(begun.headers.get('upload-offset')) || 0;
    while (state === 'receiving') {
      const part = await ask(url, 'PATCH', { 'Upload-Offset': String(there), 'Content-Type': 'application/offset+octet-stream' }, photo.blob.slice(there, there + PART));
      if (!part.ok) return refused(part);
      there = Number(part.headers.get('upload-offset'));
      if (there < photo.size) continue;
      const whole = await ask(url, 'GET');
      if (!whole.ok) return refused(whole);
      ({ state } = await whole.json());
    }
    if (state !== 'received') return later(5);
    // The picture itself does not stay on the phone.
    return change(id, (now) => now && { ...now, blob: undefined, there: photo.size, state: 'received' });
  } catch {
    return later();
  }
});

let isTrying;
// Sends what waits, when its time has come or the line is back.
export async function keepTrying(offline) {
  kept ??= await import(offline);
  if (isTrying) return isTrying(false);
  let timer, running = Promise.resolve();
  // One turn at a time; what comes meanwhile asks for another.
  isTrying = (now) => (running = running.then(() => turn(now)).catch(() => {}));
  const turn = async (now) => {
    await follow();
    for (const photo of await all()) if (photo.state === 'waiting' && (now || photo.nextAt <= Date.now())) await send(photo.id);
    const left = await all();
    const next = left.filter((photo) => photo.state === 'waiting').map((photo) => photo.nextAt);
    // The form of the notice asks for this script where some are left.
    if (left.some((photo) => photo.state !== 'received')) localStorage.setItem('tnld-photos', '1');
    else localStorage.removeItem('tnld-photos');
    clearTimeout(timer);
    if (next.length) timer = setTimeout(() => isTrying(false), Math.max(1000, Math.min(...next) - Date.now()));
  };
  addEventListener('online', () => isTrying(true));
  // A notice was received on this page or in another tab.
  if ('BroadcastChannel' in self) new BroadcastChannel('tnld-drafts').addEventListener('message', () => isTrying(false));
  return isTrying(false);
}

const element = (name, className, textContent = '') => Object.assign(document.createElement(name), { className, textContent });

function button(text, press) {
  const made = element('button', 'plain small', text);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

async function thumb(canvas, blob) {
  try {
    const image = await createImageBitmap(blob), side = Math.min(image.width, image.height);
    canvas.width = canvas.height = 112;
    canvas.getContext('2d').drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, 112, 112);
    image.close();
  } catch {
    canvas.remove();
  }
}

function item(photo, at, t) {
  const [tone, state] = { phone: ['quiet', t.phone], waiting: ['warn', t.waiting], received: ['good', t.received], failed: ['alarm', t.failed] }[photo.state];
  const made = element('li', tone), head = element('div', 'row apart'), name = element('span', 'row');
  if (photo.blob) {
    const canvas = name.appendChild(element('canvas', 'thumb'));
    canvas.setAttribute('aria-hidden', 'true');
    thumb(canvas, photo.blob);
  }
  name.append(element('b', '', t.name.replace('{n}', at + 1).replace('{size}', Math.max(1, Math.round(photo.size / 1000)))));
  head.append(name, element('span', `chip ${tone}`, state));
  made.append(head);
  if (photo.state === 'waiting' && photo.tries) made.append(element('p', 'soft small', t.tried.replace('{n}', photo.tries).replace('{percent}', Math.floor(100 * photo.there / photo.size))));
  if (photo.state === 'failed') made.append(element('p', 'wrong', photo.why));
  if (photo.state === 'received') return made;
  const row = element('div', 'row');
  if (photo.state === 'failed' || (photo.state === 'waiting' && photo.tries)) row.append(button(t.again, async () => {
    await change(photo.id, (now) => now && now.state !== 'received' ? { ...now, state: 'waiting', why: '', nextAt: 0 } : null);
    keepTrying();
  }));
  row.append(button(t.delete, async () => {
    if (!confirm(t.sure)) return;
    if (photo.address) ask(`${photo.address}/photos/${photo.id}`, 'DELETE').catch(() => {});
    await drop(photo.id);
  }));
  made.append(row);
  return made;
}

// The photographs of a draft or a receipt, as entries of a list.
export const entries = async (owner, t) => (await of(owner)).map((photo, at) => item(photo, at, t));

// Shows the photographs of a draft or a receipt in `list`, and takes more by `input`.
export async function mount(list, input, owner) {
  const t = list.dataset, said = document.querySelector('#photos-said');
  kept ??= await import(t.offline);
  const show = async () => {
    const photos = await of(owner);
    list.replaceChildren(...photos.map((photo, at) => item(photo, at, t)));
    list.hidden = !photos.length;
    const states = ['received', 'waiting', 'phone', 'failed'].map((state) => [t[state], photos.filter((photo) => photo.state === state).length]);
    const text = states.filter(([, count]) => count).map(([state, count]) => `${state}: ${count}`).join(' · ');
    // What is the same is not read aloud again.
    if (said.textContent !== text) said.textContent = text;
  };
  heard.add(show);
  const wrong = document.querySelector('#photos-wrong');
  const take = async () => {
    const files = [...input.files];
    input.value = '';
    wrong.hidden = true;
    const problems = await add(files, owner, t);
    wrong.textContent = problems.join(' ');
    wrong.hidden = !problems.length;
    kept.isSafe();
    keepTrying();
  };
  input.addEventListener('change', take);
  await show();
  if (input.files.length) await take();
}

// The page of a receipt: many at once, and sent as soon as they are chosen.
const form = document.querySelector('#photo-form');
const list = document.querySelector('#photos-kept');
if (list && document.querySelector('#photos')) {
  const input = form?.querySelector('input[type=file]') ?? document.createElement('input');
  if (form) {
    input.multiple = true;
    input.required = false;
    input.accept = 'image/*';
    form.querySelector('button').hidden = true;
    form.addEventListener('submit', (event) => event.preventDefault());
  }
  try {
    await database();
    await mount(list, input, { address: location.pathname });
    await keepTrying(list.dataset.offline);
  } catch {
    // A browser that keeps nothing sends one photograph by the form.
    const again = form?.cloneNode(true);
    again?.querySelector('button').removeAttribute('hidden');
    if (again) form.replaceWith(again);
  }
}

// Keeps the form of the notice, the page of drafts and their files, so that they open without a line. Nothing that was shown to
// somebody who is signed in is ever kept: the pages are asked for as a stranger. VERSION, FILES, PAGES and RECORD stand before this.

const CACHE = `tnld-${VERSION}`;

async function keep(cache, page, from = page) {
  for (const lang of ['vi', 'en']) {
    const answer = await fetch(`${from}?lang=${lang}`, { credentials: 'omit', headers: { accept: 'text/html' }, cache: 'no-store' });
    if (!answer.ok) throw new Error(page);
    await cache.put(`${page}?lang=${lang}`, answer);
  }
}

// The record of a commune, without what only its official sees. It is kept for whoever has opened it, and no telephone besides.
async function keepRecord(cache) {
  await cache.addAll(RECORD.files);
  await keep(cache, RECORD.page, RECORD.blank);
}

self.addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  for (const page of PAGES) await keep(cache, page);
  // The version before kept it.
  if (await caches.match(`${RECORD.page}?lang=vi`)) await keepRecord(cache);
  await self.skipWaiting();
})()));

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('tnld-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('message', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  const { lang, places, record } = event.data;
  if (lang) await cache.put('/kept/lang', new Response(lang));
  if (record && !(await cache.match(`${RECORD.page}?lang=vi`))) await keepRecord(cache);
  if (places && !(await cache.match(places))) await cache.add(places);
})()));

self.addEventListener('fetch', (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && [...PAGES, RECORD.page].includes(url.pathname)) event.respondWith(page(request, url));
  else if (url.pathname.startsWith('/assets/') || url.pathname === '/places/all') event.respondWith(file(request));
});

async function file(request) {
  const kept = await caches.match(request);
  return kept ?? fetch(request);
}

// The page of the service; where none comes in time, the one that is kept, and it says so.
async function page(request, url) {
  const given = new AbortController(), timer = setTimeout(() => given.abort(), 6000);
  try {
    const answer = await fetch(request, { signal: given.signal });
    clearTimeout(timer);
    if (answer.status < 500) return answer;
  } catch {
    clearTimeout(timer);
  }
  const cache = await caches.open(CACHE);
  const lang = url.searchParams.get('lang') ?? await (await cache.match('/kept/lang'))?.text() ?? 'vi';
  const kept = await cache.match(`${url.pathname}?lang=${lang === 'en' ? 'en' : 'vi'}`);
  if (!kept) return Response.error();
  const html = (await kept.text()).replace('data-kept=""', 'data-kept="yes"');
  return new Response(html, { headers: kept.headers });
}

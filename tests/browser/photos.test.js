// Photographs that follow a notice: kept without a line, sent over one that is cut, made smaller on the phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { be, launch, people, startDemo, violations, visit } from './harness.js';

let demo;
let browser;
before(async () => {
  demo = await startDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const PLACE = 'GPS 21.5942N 105.8482E';

/** A photograph as a telephone makes it: so many pixels, and the place beside them. */
async function photograph(page, name, width, height) {
  const base64 = await page.evaluate(async ([w, h, salt]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    const pen = canvas.getContext('2d');
    for (let at = 0; at < 4000; at += 1) {
      pen.fillStyle = `hsl(${(at * 37 + salt.length * 11) % 360} 60% ${30 + (at % 40)}%)`;
      pen.fillRect((at * 7919) % w, (at * 104_729) % h, w / 30, h / 30);
    }
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }, [width, height, name]);
  const bytes = Buffer.from(base64, 'base64');
  const block = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1'), Buffer.from(PLACE)]);
  const head = Buffer.from([0xff, 0xe1, (block.length + 2) >> 8, (block.length + 2) & 255]);
  const buffer = Buffer.concat([bytes.subarray(0, 2), head, block, bytes.subarray(2)]);
  assert.ok(buffer.includes(PLACE));
  return { name, mimeType: 'image/jpeg', buffer };
}

async function fill(page, sentence) {
  await page.selectOption('#role', 'family');
  await page.fill('#name', 'Lò Thị Mai');
  await page.fill('#phone', '0912000111');
  await page.locator('#place').pressSequentially('phu binh thai nguyen');
  await page.locator('#places:not([hidden]) li').first().waitFor();
  await page.keyboard.press('Enter');
  await page.fill('#dead', '1');
  await page.fill('#summary', sentence);
}

/** The cases of this sentence as the inspector of the province sees them, each with its documents. */
async function cases(sentence) {
  const { context, page } = await visit(browser, demo.base);
  await be(page, demo.base, people.inspector);
  const found = await page.evaluate(async (words) => {
    const read = async (url) => (await fetch(url)).json();
    const list = await read('/api/v1/cases?limit=50');
    const all = [];
    for (const one of list.items) {
      const shown = await read(`/api/v1/cases/${one.id}`);
      if (!JSON.stringify(shown).includes(words)) continue;
      const { items } = await read(`/api/v1/cases/${one.id}/documents`);
      const documents = [];
      for (const item of items) {
        const bytes = await (await fetch(item.content)).text();
        documents.push({ ...item, bytes });
      }
      all.push({ id: one.id, documents });
    }
    return all;
  }, sentence);
  await context.close();
  return found;
}

async function kept(page) {
  await page.goto(`${demo.base}/notice`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => Boolean(await caches.match(document.querySelector('#notice').dataset.places)));
}

const states = (page, list) => page.locator(`${list} .chip`).allInnerTexts();

test('without a line a notice and two photographs are kept; over a line that is cut each arrives once, the notice first', async () => {
  const { context, page, wrong } = await visit(browser, demo.base);
  await kept(page);
  const large = await photograph(page, 'lớn.jpg', 4000, 3000), high = await photograph(page, 'cao.jpg', 1200, 2400);
  await context.setOffline(true);
  await page.goto(`${demo.base}/notice`);
  const sentence = `Sập mái xưởng ${Date.now()}`;
  await fill(page, sentence);
  await page.setInputFiles('#photo', [large, high]);
  await page.waitForFunction(() => document.querySelectorAll('#photos-kept li').length === 2);
  assert.deepEqual(await states(page, '#photos-kept'), ['Trên máy này', 'Trên máy này']);
  assert.equal(await page.locator('#photos-said').innerText(), 'Trên máy này: 2');
  assert.deepEqual(await violations(page), []);
  await page.locator('button[value=send]').click();
  await page.waitForURL(/\/drafts$/);
  await page.waitForFunction(() => document.querySelectorAll('#drafts li li').length === 2);
  assert.deepEqual(await states(page, '#drafts li li'), ['Trên máy này', 'Trên máy này']);
  assert.deepEqual(await violations(page), []);

  let cuts = 0, received = false;
  const wild = async (route) => {
    const request = route.request(), isPhoto = request.url().includes('/photos');
    if (request.method() === 'GET') return route.continue();
    if (isPhoto) assert.ok(received, 'a photograph went before its notice');
    cuts += 1;
    const chance = cuts > 60 ? 1 : Math.random();
    if (chance < 0.35) return route.abort();
    // It arrives and the answer is lost; of a part of a photograph half arrives.
    if (chance < 0.75) {
      const body = request.postDataBuffer();
      const half = isPhoto && request.method() === 'PATCH' ? { postData: body.subarray(0, Math.ceil(body.length / 2)) } : {};
      const answer = await route.fetch(half);
      if (!isPhoto && answer.ok()) received = true;
      return route.abort();
    }
    const answer = await route.fetch();
    if (!isPhoto && answer.ok()) received = true;
    return route.fulfill({ response: answer });
  };
  await context.route(/\/notice(\/.*)?$/, wild);
  await context.setOffline(false);
  const isDone = () => page.evaluate(() => document.querySelectorAll('#drafts li li.good').length === 2);
  for (let turn = 0; turn < 900 && !(await isDone()); turn += 1) {
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.waitForTimeout(100);
  }
  assert.deepEqual(await states(page, '#drafts li li'), ['Đã nhận', 'Đã nhận']);
  assert.ok(cuts > 3, String(cuts));
  assert.match(await page.locator('#drafts > li').first().innerText(), /Đã nhận, số 2/);

  const found = await cases(sentence);
  assert.equal(found.length, 1);
  const documents = found[0].documents.sort((a, b) => a.width - b.width);
  // 4,000 × 3,000 and 1,200 × 2,400 as they were taken.
  assert.deepEqual(documents.map(({ width, height }) => [width, height]), [[800, 1600], [1600, 1200]]);
  for (const one of documents) {
    assert.deepEqual([one.item, one.added_role, one.state], ['c', 'informant', 'ready']);
    assert.ok(!one.bytes.includes(PLACE));
  }
  // Neither picture stays on the phone.
  const left = await page.evaluate(() => new Promise((done) => {
    const open = indexedDB.open('tnld-photos', 1);
    open.onsuccess = () => { open.result.transaction('photos').objectStore('photos').getAll().onsuccess = (event) => done(event.target.result.map(({ state, blob }) => [state, blob === undefined])); };
  }));
  assert.deepEqual(left, [['received', true], ['received', true]]);
  assert.deepEqual(wrong, []);
  await context.close();
});

for (const [colorScheme, lang] of [['light', 'vi'], ['dark', 'en']]) {
  test(`on the page of a receipt each has its state, and a failed one is tried again or deleted by itself: ${colorScheme}, ${lang}`, async () => {
    const { context, page, wrong } = await visit(browser, demo.base, { colorScheme, viewport: { width: 320, height: 640 } });
    page.on('dialog', (dialog) => dialog.accept());
    await page.goto(`${demo.base}/notice?lang=${lang}`);
    const sentence = `Đứt cáp thang nâng ${lang} ${Date.now()}`;
    await fill(page, sentence);
    await page.locator('button[value=send]').click();
    await page.waitForURL(/\/notice\/.+~/);
    const say = lang === 'vi' ? { received: 'Đã nhận', failed: 'Chưa gửi được', why: 'tối đa 10 ảnh', count: 'Đã nhận 1 ảnh', unread: 'không đọc được' } : { received: 'Received', failed: 'Not sent', why: 'At most 10', count: 'received: 1', unread: 'cannot read' };
    const refuse = (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ code: 'photos_too_many', detail: 'Mỗi tin báo nhận tối đa 10 ảnh.', detail_en: 'At most 10 photographs.' }) });
    await context.route(/\/photos$/, refuse);
    await page.setInputFiles('#photo', [await photograph(page, 'một.jpg', 300, 200), await photograph(page, 'hai.jpg', 200, 300), { name: 'giấy.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 x') }]);
    await page.waitForFunction(() => document.querySelectorAll('#photos-kept li.alarm').length === 2);
    assert.deepEqual(await states(page, '#photos-kept'), [say.failed, say.failed]);
    assert.ok((await page.locator('#photos-kept').innerText()).includes(say.why));
    assert.ok((await page.locator('#photos-wrong').innerText()).includes(say.unread));
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await context.unroute(/\/photos$/, refuse);
    await page.locator('#photos-kept li').nth(1).locator('button').nth(1).click();
    await page.waitForFunction(() => document.querySelectorAll('#photos-kept li').length === 1);
    await page.locator('#photos-kept li button').first().click();
    await page.waitForFunction(() => document.querySelectorAll('#photos-kept li.good').length === 1);
    assert.deepEqual(await states(page, '#photos-kept'), [say.received]);
    await page.reload();
    assert.ok((await page.locator('#photos').innerText()).includes(say.count));
    assert.deepEqual(await violations(page), []);
    const found = await cases(sentence);
    assert.deepEqual(found.map(({ documents }) => documents.map(({ width, height }) => [width, height])), [[[300, 200]]]);
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test('nobody who adds no photograph loads the script for them', async () => {
  const { context, page } = await visit(browser, demo.base, { serviceWorkers: 'block' });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${demo.base}/notice`);
  await page.fill('#name', 'Lò Thị Mai');
  await page.waitForTimeout(6000);
  assert.deepEqual(asked.filter((url) => /photos\.js|here\.js/.test(url)), []);
  await page.focus('#photo');
  await page.waitForTimeout(500);
  assert.equal(asked.filter((url) => url.endsWith('photos.js')).length, 1);
  await context.close();
});

test('without script one photograph is sent by the form', async () => {
  const drawn = await visit(browser, demo.base);
  await drawn.page.goto(`${demo.base}/notice`);
  const sentence = `Lật xe nâng ${Date.now()}`;
  await fill(drawn.page, sentence);
  await drawn.page.locator('button[value=send]').click();
  await drawn.page.waitForURL(/\/notice\/.+~/);
  const photo = await photograph(drawn.page, 'ba.jpg', 640, 480), address = drawn.page.url();
  await drawn.context.close();
  const { context, page, wrong } = await visit(browser, demo.base, { javaScriptEnabled: false });
  await page.goto(address);
  await page.setInputFiles('#photo', photo);
  await page.locator('#photo-form button').click();
  await page.waitForURL(/#photos$/);
  assert.match(await page.locator('#photos').innerText(), /Đã nhận 1 ảnh/);
  const [{ documents }] = await cases(sentence);
  assert.deepEqual(documents.map(({ width, bytes }) => [width, bytes.includes(PLACE)]), [[640, false]]);
  assert.deepEqual(wrong, []);
  await context.close();
});

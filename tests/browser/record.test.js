// A commune official with a line that comes and goes: the record is written without it, kept, mended, taken away as a file,
// and sent once, however often its answer is lost, from however many tabs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { be, chance, expire, isSound, launch, people, startDemo, visit } from './harness.js';

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

async function fill(page, victim) {
  await page.fill('#time', '00:05');
  await page.fill('#where', 'Xóm Đồi');
  await page.fill('#summary', 'Thợ xây ngã từ mái nhà, gãy xương chậu.');
  await page.fill('#victim', victim);
  await page.check('input[name=outcome][value=serious]');
  await page.fill('#official', 'Ma Thị Lan');
  await page.fill('#phone', '0208 000 1234');
}

/** An official on the record, once the device has kept its form. */
async function official(options) {
  const window = await visit(browser, demo.base, options);
  await be(window.page, demo.base, people.commune);
  await window.page.goto(`${demo.base}/commune/record`);
  for (let tries = 0; tries < 200; tries += 1) {
    if (await window.page.evaluate(async () => Boolean(navigator.serviceWorker.controller && await caches.match('/commune/record?lang=en')))) return window;
    await window.page.waitForTimeout(100);
  }
  return assert.fail('the form was not kept');
}

const press = (page) => page.locator('#record > button').click();
const first = (page) => page.locator('#drafts li').first();

/** How many there are on the list, once its script has drawn it. */
async function drawn(page) {
  await first(page).waitFor();
  return page.locator('#drafts li').count();
}

/** How many records name `victim`, as the commune finds them. */
async function recordsOf(page, victim) {
  await page.goto(`${demo.base}/desk?q=${encodeURIComponent(victim)}`);
  return page.locator('#list a.open').evaluateAll((links) => links.map((link) => link.href));
}

test('without a line the form opens without anybody\'s name, waits, and is received only by its receipt', async () => {
  const { context, page, wrong } = await official({ viewport: { width: 320, height: 640 } });
  await context.setOffline(true);
  await page.goto(`${demo.base}/commune/record`);
  assert.ok(await page.locator('#kept').isVisible());
  assert.equal(await page.inputValue('#official'), '');
  assert.equal(await page.inputValue('#day'), new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10));
  await isSound(page, 'without a line');
  await fill(page, 'Đàm Văn Khánh');
  await press(page);
  await page.waitForURL(/\/drafts$/);
  assert.match(await first(page).innerText(), /Đang chờ gửi/);
  await isSound(page, 'waiting');
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForFunction(() => /Đã nhận, số 2/.test(document.querySelector('#drafts li').innerText));
  const left = await page.evaluate(() => new Promise((done) => {
    const open = indexedDB.open('tnld', 1);
    open.onsuccess = () => { open.result.transaction('drafts').objectStore('drafts').getAll().onsuccess = (event) => done(JSON.stringify(event.target.result)); };
  }));
  assert.ok(!left.includes('Khánh') && !left.includes('Lan'), left);
  await page.locator('#drafts li a').first().click();
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.equal(await page.locator('a[href$=".pdf"]').count(), 1);
  assert.equal((await recordsOf(page, 'Đàm Văn Khánh')).length, 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a record that waits is opened, mended, taken away as a file, and deleted, each by itself', async () => {
  const { context, page } = await official();
  await context.setOffline(true);
  for (const victim of ['Lâm Thị Nhung', 'Hoàng Văn Slấn']) {
    await page.goto(`${demo.base}/commune/record`);
    await fill(page, victim);
    await press(page);
    await page.waitForURL(/\/drafts$/);
  }
  assert.equal(await drawn(page), 2);
  const [download] = await Promise.all([page.waitForEvent('download'), first(page).getByRole('button', { name: 'Tải về tệp' }).click()]);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.equal(saved.entries.victim, 'Hoàng Văn Slấn');
  page.on('dialog', (dialog) => dialog.accept());
  await first(page).getByRole('button', { name: 'Xóa' }).click();
  await page.waitForFunction(() => document.querySelectorAll('#drafts li').length === 1);
  await first(page).getByRole('button', { name: 'Mở, sửa' }).click();
  await page.waitForURL(/\/commune\/record#draft=/);
  await page.waitForFunction(() => document.querySelector('#victim').value === 'Lâm Thị Nhung');
  assert.ok(await page.isChecked('input[name=outcome][value=serious]'));
  await page.fill('#phone', '12');
  await context.setOffline(false);
  await press(page);
  // The service says what is wrong beside the entry, and the same draft goes on.
  await page.locator('#phone-wrong').waitFor();
  assert.equal(await page.inputValue('#victim'), 'Lâm Thị Nhung');
  await page.fill('#phone', '0208 000 1234');
  await press(page);
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.equal((await recordsOf(page, 'Lâm Thị Nhung')).length, 1);
  assert.equal((await recordsOf(page, 'Hoàng Văn Slấn')).length, 0);
  await page.goto(`${demo.base}/drafts`);
  assert.equal(await drawn(page), 1);
  assert.match(await first(page).innerText(), /Đã nhận, số/);
  await context.close();
});

test('a double click and the button of the browser send nothing twice', async () => {
  const { context, page, wrong } = await official();
  await fill(page, 'Mông Thị Vân');
  await page.locator('#record > button').dblclick();
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  await page.goBack();
  await page.waitForURL(/\/commune\/record$/);
  await page.locator('#record').waitFor();
  // The form is another record by then; what a browser puts back into it is not sent by itself.
  await page.reload();
  await page.goForward().catch(() => {});
  assert.equal((await recordsOf(page, 'Mông Thị Vân')).length, 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a session that ends while it is written says so, and the record is sent after signing in again', async () => {
  const { context, page, wrong } = await official();
  await fill(page, 'Triệu Thị Mùi');
  await expire(context);
  await press(page);
  await page.locator('#signed-out').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'signed-out');
  await isSound(page, 'signed out');
  assert.equal(await page.inputValue('#victim'), 'Triệu Thị Mùi');
  const [beside] = await Promise.all([context.waitForEvent('page'), page.locator('#signed-out a').click()]);
  await beside.waitForURL(/\/sign-in/);
  await be(beside, demo.base, people.commune);
  await beside.goto(`${demo.base}/drafts`);
  assert.match(await first(beside).innerText(), /Cần sửa[^]*đăng nhập/i);
  await beside.close();
  await press(page);
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.equal((await recordsOf(page, 'Triệu Thị Mùi')).length, 1);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a hundred random cuts and two tabs give one record and one paper', async () => {
  const { seed, random } = chance();
  console.log(`# seed ${seed}`);
  const { context, page } = await official();
  const victim = `Ngô Văn ${seed}`;
  await fill(page, victim);
  let tries = 0, running = 0, most = 0;
  const told = new Set(), kinds = { never: 0, lost: 0, amid: 0 };
  await context.route(/\/commune\/record$/, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    tries += 1;
    running += 1;
    most = Math.max(most, running);
    try {
      if (tries > 100) return await route.continue();
      const kind = ['never', 'lost', 'amid'][Math.floor(random() * 3)];
      kinds[kind] += 1;
      // It arrives, and its answer is lost; or the line is cut while the service is at work.
      const answer = kind === 'never' ? null : await route.fetch(kind === 'amid' ? { timeout: 1 + Math.floor(random() * 60) } : {}).catch(() => null);
      if (answer?.ok()) told.add((await answer.json()).receipt_no);
      return await route.abort();
    } finally {
      running -= 1;
    }
  });
  await press(page);
  await page.waitForURL(/\/drafts$/);
  const other = await context.newPage();
  await other.goto(`${demo.base}/drafts`);
  const isReceived = () => page.evaluate(() => /Đã nhận, số 2/.test(document.querySelector('#drafts li')?.innerText ?? ''));
  for (let turn = 0; turn < 900 && !(await isReceived()); turn += 1) {
    for (const tab of [page, other]) await tab.evaluate(() => dispatchEvent(new Event('online')));
    await page.waitForTimeout(50);
  }
  assert.ok(tries > 100, `${tries} tries`);
  assert.equal(most, 1, 'two tabs never send it at once');
  assert.ok(Object.values(kinds).every((count) => count > 10), JSON.stringify(kinds));
  told.add((await first(page).innerText()).match(/số (\S+)/)[1]);
  assert.equal(told.size, 1, [...told].join());
  const found = await recordsOf(page, victim);
  assert.equal(found.length, 1);
  const issued = await context.request.get(`${demo.base}/api/v1${new URL(found[0]).pathname}/forms`);
  assert.equal((await issued.json()).items.length, 1, 'one paper');
  await context.close();
});

// What waits on a telephone, notice by notice: opened, mended, taken away as a file, deleted; the button of the browser, and two
// tabs that press at once.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { isSound, launch, startDemo, visit } from './harness.js';

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

/** Writes a notice without choosing the place: that is done while there is a line. */
async function fill(page, sentence) {
  await page.selectOption('#role', 'witness');
  await page.fill('#name', 'Lò Thị Mai');
  await page.fill('#phone', '0912000111');
  await page.locator('#place').pressSequentially('cam giang thai');
  await page.locator('#places:not([hidden]) li').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.fill('#dead', '1');
  await page.fill('#summary', sentence);
}

/** A telephone that has kept the form and the list of places. */
async function telephone() {
  const window = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  const { page } = window;
  await page.goto(`${demo.base}/notice`);
  const isKept = () => page.evaluate(async () => Boolean(navigator.serviceWorker.controller && await caches.match(document.querySelector('#notice').dataset.places)));
  for (let tries = 0; !(await isKept()); tries += 1) {
    assert.ok(tries < 200, 'the form was not kept');
    await page.waitForTimeout(100);
  }
  return window;
}

const first = (page) => page.locator('#drafts li').first();

/** How many there are on the list, once its script has drawn it. */
async function drawn(page) {
  await first(page).waitFor();
  return page.locator('#drafts li').count();
}
const send = (page) => page.locator('button[value=send]').click();

test('each notice that waits is opened, mended, taken away as a file, or deleted by itself', async () => {
  const { context, page } = await telephone();
  await context.setOffline(true);
  for (const sentence of ['Đổ tường rào.', 'Điện giật ở trạm bơm.']) {
    await page.goto(`${demo.base}/notice`);
    await fill(page, sentence);
    await send(page);
    await page.waitForURL(/\/drafts$/);
  }
  assert.equal(await drawn(page), 2);
  await isSound(page, 'two that wait');
  const [download] = await Promise.all([page.waitForEvent('download'), first(page).getByRole('button', { name: 'Tải về tệp' }).click()]);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.equal(saved.entries.summary, 'Điện giật ở trạm bơm.');
  page.on('dialog', (dialog) => dialog.accept());
  await first(page).getByRole('button', { name: 'Xóa' }).click();
  await page.waitForFunction(() => document.querySelectorAll('#drafts li').length === 1);
  await first(page).getByRole('button', { name: 'Mở, sửa' }).click();
  await page.waitForFunction(() => document.querySelector('#summary')?.value === 'Đổ tường rào.');
  await page.fill('#summary', 'Đổ tường rào, một người bị đè.');
  await context.setOffline(false);
  await send(page);
  await page.waitForURL(/\/notice\/.+~/);
  await page.goto(`${demo.base}/drafts`);
  assert.equal(await drawn(page), 1);
  assert.match(await first(page).innerText(), /Đã nhận, số/);
  await context.close();
});

test('the button of the browser after sending gives an empty form, and a second notice is another one', async () => {
  const { context, page, wrong } = await telephone();
  const receipts = [];
  for (const sentence of ['Sập hầm khai thác.', 'Cháy kho sơn.']) {
    if (receipts.length > 0) {
      await page.goBack();
      await page.locator('#notice').waitFor();
      await page.waitForLoadState('networkidle');
    }
    await fill(page, sentence);
    await page.locator('button[value=send]').dblclick();
    await page.waitForURL(/\/notice\/.+~/);
    receipts.push(await page.locator('.figure').innerText());
  }
  assert.notEqual(receipts[0], receipts[1]);
  await page.goto(`${demo.base}/drafts`);
  assert.equal(await drawn(page), 2);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('two tabs that press at once send a draft once', async () => {
  const { context, page } = await telephone();
  await context.setOffline(true);
  await fill(page, 'Ngã giàn giáo ở chợ.');
  await send(page);
  await page.waitForURL(/\/drafts$/);
  const other = await context.newPage();
  await other.goto(`${demo.base}/drafts`);
  await first(other).waitFor();
  let running = 0, most = 0, posts = 0;
  await context.route(/\/notice$/, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    posts += 1;
    running += 1;
    most = Math.max(most, running);
    const answer = await route.fetch();
    await page.waitForTimeout(300);
    running -= 1;
    return route.fulfill({ response: answer });
  });
  await context.setOffline(false);
  await Promise.all([page, other].map((tab) => first(tab).getByRole('button', { name: 'Thử gửi ngay' }).click().catch(() => {})));
  for (const tab of [page, other]) await tab.waitForFunction(() => /Đã nhận, số 2/.test(document.querySelector('#drafts li').innerText));
  assert.deepEqual([most, posts], [1, 1]);
  assert.equal(await first(page).innerText(), await first(other).innerText());
  await context.close();
});

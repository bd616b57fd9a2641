// A commune official on an old phone: a family's words, a record, the paper, what is sent back.
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

async function fill(page) {
  await page.fill('#time', '00:05');
  await page.fill('#where', 'Xóm Đồi');
  await page.fill('#summary', 'Thợ xây ngã từ mái nhà, gãy xương chậu.');
  await page.fill('#victim', 'Hứa Văn Đức');
  await page.check('input[name=outcome][value=serious]');
  await page.fill('#phone', '0208 000 1234');
}

test('a record is written and printed, and what is sent back is answered file by file', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  await be(page, demo.base, people.commune);
  await page.goto(`${demo.base}/commune/record`);
  await fill(page);
  // An impatient thumb.
  await page.locator('main form > button').dblclick();
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.deepEqual(await violations(page), []);
  const href = await page.getAttribute('a[href$=".pdf"]', 'href');
  const paper = await context.request.get(demo.base + href);
  assert.equal(paper.headers()['content-type'], 'application/pdf');
  // What is no photograph of a page of ours says why, each by itself, and the page goes on. (Photographs with a code:
  // tests/it/files/placing.rs.)
  await page.setInputFiles('#scan', [
    { name: 'bien-ban.pdf', mimeType: 'application/pdf', buffer: await paper.body() },
    { name: 'anh.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') },
  ]);
  // Reading takes a program that is not optimised a while.
  await page.locator('.said .alarm').nth(1).waitFor({ timeout: 120_000 });
  assert.match(await page.locator('.said .alarm').first().innerText(), /mã QR/);
  assert.equal(await page.inputValue('#scan'), '');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('without script the record is written all the same', async () => {
  const { context, page } = await visit(browser, demo.base, { javaScriptEnabled: false });
  await be(page, demo.base, people.commune);
  await page.goto(`${demo.base}/commune/record`);
  await page.locator('main form > button').click();
  assert.ok((await page.locator('[role=alert] a').count()) >= 3);
  await fill(page);
  await page.locator('main form > button').click();
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.equal(await page.locator('a[href$=".pdf"]').count(), 1);
  await context.close();
});

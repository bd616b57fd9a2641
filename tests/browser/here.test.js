// "I am here": where the telephone is goes into the notice as words, without a line as well, and nowhere else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, startDemo, violations, visit } from './harness.js';

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

const button = (page, name) => page.getByRole('button', { name });

test('the position is written into the spot, once, with or without a line, and is kept with the draft', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, { geolocation: { latitude: 21.463312, longitude: 105.987654, accuracy: 11.4 }, permissions: ['geolocation'] });
  await page.goto(`${demo.base}/notice`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForTimeout(4000);
  const asked = [];
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
  await page.fill('#detail', 'Lò gạch cuối thôn');
  await context.setOffline(true);
  for (let pressed = 0; pressed < 2; pressed += 1) {
    await button(page, 'Tôi đang ở đây').click();
    await page.waitForFunction(() => /Đã ghi vị trí/.test(document.querySelector('#where').parentElement.innerText));
    assert.equal(await page.inputValue('#detail'), 'Lò gạch cuối thôn; vị trí điện thoại 21.46331, 105.98765 (sai số khoảng 12 m)');
    await context.setGeolocation({ latitude: 21.463312, longitude: 105.987654, accuracy: 12 });
  }
  // Its own file at most is asked for, and nothing says where the telephone is.
  assert.deepEqual(asked.filter((one) => !one.includes('/assets/') || one.includes('21.4')), []);
  assert.equal(await page.locator('[name=commune]').count(), 0);
  await page.waitForTimeout(1000);
  await page.goto(`${demo.base}/notice`);
  const detail = await page.evaluate(() => new Promise((done) => {
    const open = indexedDB.open('tnld', 1);
    open.onsuccess = () => { open.result.transaction('drafts').objectStore('drafts').getAll().onsuccess = (event) => done(Object.fromEntries(event.target.result[0].fields).detail); };
  }));
  assert.match(detail, /21\.46331, 105\.98765/);
  // The page that is kept may ask as well.
  await button(page, 'Tôi đang ở đây').click();
  await page.waitForFunction(() => document.querySelector('#detail').value.includes('21.46331'));
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('a telephone that does not say where it is says so in words', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  await page.goto(`${demo.base}/notice?lang=en`);
  await button(page, 'I am here').click();
  await page.waitForFunction(() => /could not be had/.test(document.querySelector('#where').parentElement.innerText));
  assert.equal(await page.inputValue('#detail'), '');
  assert.deepEqual(await violations(page), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  assert.deepEqual(wrong, []);
  await context.close();
});

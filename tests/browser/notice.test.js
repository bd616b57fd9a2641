// The urgent notice in a browser: by keyboard, twice at once, without a line and over a line that is cut; and how large it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { be, chance, launch, people, startDemo, violations, visit } from './harness.js';

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

const SENTENCE = 'Sập giàn giáo, một người chết.';

async function fill(page, sentence = SENTENCE) {
  await page.selectOption('#role', 'family');
  await page.fill('#name', 'Lò Thị Mai');
  await page.fill('#phone', '0912000111');
  await page.locator('#place').pressSequentially('cam giang thai');
  await page.locator('#places:not([hidden]) li').first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getAttribute('#place', 'aria-activedescendant'), 'place-0');
  await page.keyboard.press('Enter');
  assert.equal(await page.inputValue('input[name=commune]'), '02008');
  await page.fill('#dead', '1');
  await page.fill('#summary', sentence);
}

/** The form was opened once, and what it needs is kept. */
async function kept(page) {
  await page.goto(`${demo.base}/notice`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => Boolean(await caches.match(document.querySelector('#notice').dataset.places)));
}

const first = (page) => page.locator('#drafts li').first();

for (const colorScheme of ['light', 'dark']) {
  for (const lang of ['vi', 'en']) {
    test(`public pages: ${colorScheme}, ${lang}`, async () => {
      const { context, page, wrong } = await visit(browser, demo.base, { colorScheme, viewport: { width: 320, height: 640 } });
      for (const path of ['/', '/notice', '/status', '/drafts', '/help', '/help/contract', '/help/disease']) {
        await page.goto(`${demo.base}${path}?lang=${lang}`);
        assert.equal(await page.locator('h1').count(), 1, path);
        assert.deepEqual(await violations(page), [], path);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path);
      }
      assert.deepEqual(wrong, []);
      await context.close();
    });
  }
}

test('a notice is sent and its page follows who has taken it', async () => {
  const { context, page, wrong } = await visit(browser, demo.base);
  await page.goto(`${demo.base}/notice`);
  await fill(page);
  await page.locator('button[value=send]').dblclick();
  await page.waitForURL(/\/notice\/.+~/);
  assert.deepEqual(await violations(page), []);
  assert.match(await page.locator('.figure').innerText(), /^\d\d..-....-....$/);
  assert.ok(!(await page.content()).includes('Lò Thị Mai'));
  assert.deepEqual(wrong, []);
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`an employer completes the legal form part by part: ${colorScheme}`, async () => {
    const { context, page, wrong } = await visit(browser, demo.base, { colorScheme, viewport: { width: 320, height: 640 } });
    const isSound = async () => {
      assert.deepEqual(await violations(page), [], page.url());
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, page.url());
    };
    await be(page, demo.base, people.employer);
    await page.goto(`${demo.base}/notice`);
    await page.locator('#place').pressSequentially('phu binh thai nguyen');
    await page.locator('#places:not([hidden]) li').first().waitFor();
    await page.keyboard.press('Enter');
    await page.fill('#phone', '0912000111');
    await page.fill('#dead', '1');
    await page.fill('#summary', 'Vỡ ống dẫn hơi.');
    await page.locator('button[value=send]').click();
    await page.waitForURL(/\/notice\/.+~/);
    await page.locator('a[href^="/declarations/"]').click();
    await isSound();
    await page.locator('main a.button.wide').click();
    await page.fill('#position', 'Giám đốc an toàn');
    await page.locator('.row.end button').click();
    await page.waitForURL(/establishment/);
    await isSound();
    await page.fill('#industry_code_q', 'trang phuc');
    await page.locator('button[value="find.industry_code"]').click();
    await page.locator('#industry_code label').first().click();
    await page.fill('#address', 'Xóm Đình, xã Phú Bình');
    await page.fill('#headcount', '120');
    await page.fill('#phone', '12');
    await page.selectOption('#establishment_type_code', { index: 1 });
    await page.locator('.row.end button').click();
    // What is wrong takes the focus, and what was typed stays.
    await page.locator('#phone-wrong').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
    assert.equal(await page.inputValue('#headcount'), '120');
    await isSound();
    await page.fill('#phone', '02083000111');
    await page.locator('.row.end button').click();
    await page.waitForURL(/accident/);
    await isSound();
    // The victim is named last; an answer that is gone back to shows what stands.
    await page.goto(page.url().replace(/\/accident.*/, '/victim-1'));
    await isSound();
    await page.fill('#full_name', 'Nông Văn Bình');
    await page.locator('.row.end button').click();
    await page.waitForURL(/accident/);
    await page.goBack();
    assert.equal(await page.inputValue('#full_name'), 'Nông Văn Bình');
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test('what is wrong is said, nothing is lost, and the same draft goes on', async () => {
  const { context, page } = await visit(browser, demo.base);
  await page.goto(`${demo.base}/notice`);
  await fill(page);
  await page.fill('#phone', '12');
  await page.locator('button[value=send]').click();
  await page.locator('[role=alert]').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
  assert.equal(await page.inputValue('#summary'), SENTENCE);
  assert.deepEqual(await violations(page), []);
  await page.fill('#phone', '0912000111');
  await page.locator('button[value=send]').click();
  await page.waitForURL(/\/notice\/.+~/);
  await page.goto(`${demo.base}/drafts`);
  assert.equal(await page.locator('#drafts li').count(), 1);
  assert.match(await first(page).innerText(), /Đã nhận, số/);
  await context.close();
});

test('without a line the form opens, finds places, waits, and is received only by its receipt', async () => {
  const { context, page } = await visit(browser, demo.base);
  await kept(page);
  await context.setOffline(true);
  await page.goto(`${demo.base}/notice`);
  assert.ok(await page.locator('#kept').isVisible());
  await fill(page);
  await page.locator('button[value=send]').click();
  await page.waitForURL(/\/drafts$/);
  assert.match(await first(page).innerText(), /Đang chờ gửi/);
  assert.deepEqual(await violations(page), []);
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForFunction(() => /Đã nhận, số 2/.test(document.querySelector('#drafts li').innerText));
  // Nothing of anybody stays on the phone.
  const left = await page.evaluate(() => new Promise((done) => {
    const open = indexedDB.open('tnld', 1);
    open.onsuccess = () => { open.result.transaction('drafts').objectStore('drafts').getAll().onsuccess = (event) => done(JSON.stringify(event.target.result)); };
  }));
  assert.ok(!left.includes('Mai') && !left.includes('0912000111'), left);
  await context.close();
});

test('a draft is opened on another phone by its recovery code, and sent from both it is one notice', async () => {
  const one = await visit(browser, demo.base), other = await visit(browser, demo.base);
  await one.page.goto(`${demo.base}/notice`);
  const sealed = [];
  one.page.on('request', (request) => request.method() === 'PUT' && sealed.push(request.postData()));
  await fill(one.page, 'Nổ bình hơi ở lò gạch.');
  const code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){4}/.exec(await one.page.locator('#recovery:not([hidden])').innerText())[0];
  assert.ok(sealed.length > 0 && sealed.every((body) => !body.includes('Mai') && !body.includes('0912')));
  await other.page.goto(`${demo.base}/drafts`);
  await other.page.fill('#code', 'AAAA-BBBB-CCCC-DDDD-EEEE');
  await other.page.locator('#recover button').click();
  await other.page.locator('#code-wrong:not([hidden])').waitFor();
  assert.deepEqual(await violations(other.page), []);
  await other.page.fill('#code', code.toLowerCase().replaceAll('-', ' '));
  await other.page.locator('#recover button').click();
  await other.page.waitForURL(/\/notice#draft=/);
  await other.page.waitForFunction(() => document.querySelector('#summary').value === 'Nổ bình hơi ở lò gạch.');
  assert.equal(await other.page.inputValue('#name'), 'Lò Thị Mai');
  const send = async ({ page }) => {
    await page.locator('button[value=send]').click();
    await page.waitForURL(/\/notice\/.+~/);
    return page.locator('.figure').innerText();
  };
  assert.equal(await send(other), await send(one));
  // Nothing is kept of what was received.
  await other.page.goto(`${demo.base}/drafts`);
  await other.page.fill('#code', code);
  await other.page.locator('#recover button').click();
  await other.page.locator('#code-wrong:not([hidden])').waitFor();
  assert.deepEqual([...one.wrong, ...other.wrong], []);
  await one.context.close();
  await other.context.close();
});

test('a hundred lost answers and two tabs give one notice', async () => {
  const { context, page } = await visit(browser, demo.base);
  await page.goto(`${demo.base}/notice`);
  const { seed, random } = chance();
  console.log(`# seed ${seed}`);
  const sentence = `Mất mạng ${seed}`;
  await fill(page, sentence);
  let tries = 0;
  const receipts = new Set();
  await context.route(/\/notice$/, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    tries += 1;
    if (tries > 100) return route.continue();
    // Half of them arrive, and their answer is lost.
    if (random() < 0.5) {
      const answer = await route.fetch();
      if (answer.ok()) receipts.add((await answer.json()).receipt_no);
    }
    return route.abort();
  });
  await page.locator('button[value=send]').click();
  await page.waitForURL(/\/drafts$/);
  const other = await context.newPage();
  await other.goto(`${demo.base}/drafts`);
  const isReceived = () => page.evaluate(() => /Đã nhận, số 2/.test(document.querySelector('#drafts li')?.innerText ?? ''));
  for (let turn = 0; turn < 600 && !(await isReceived()); turn += 1) {
    for (const tab of [page, other]) await tab.evaluate(() => dispatchEvent(new Event('online')));
    await page.waitForTimeout(100);
  }
  const said = await first(page).innerText();
  receipts.add(said.match(/số (\S+)/)[1]);
  assert.equal(receipts.size, 1, [...receipts].join(' '));
  assert.ok(tries > 100, String(tries));
  await context.close();
});

test('on a slow line and a slow telephone the form is there in three seconds', async () => {
  const { context, page } = await visit(browser, demo.base);
  const line = await context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 });
  await line.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let bytes = 0;
  line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const begun = Date.now();
  await page.goto(`${demo.base}/notice`, { waitUntil: 'domcontentloaded' });
  await page.locator('button[value=send]').waitFor();
  const usable = Date.now() - begun;
  await page.waitForLoadState('load');
  await page.waitForTimeout(1000);
  const visited = bytes;
  assert.ok(usable <= 3000, `${usable} ms`);
  assert.ok(visited <= 60_000, `${visited} bytes`);
  bytes = 0;
  await page.goto(`${demo.base}/notice`, { waitUntil: 'load' });
  await page.waitForTimeout(500);
  assert.ok(bytes <= 15_000, `${bytes} bytes`);
  console.log(`# notice: usable after ${usable} ms, ${visited} bytes first, ${bytes} bytes again`);
  await context.close();
});

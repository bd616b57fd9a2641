// From a death on a building site to the archive, by the pages alone: an establishment reports, the police take the
// alert from their mail, an inspector follows the one big button, and fills in only what the page asks for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailAbout, minute, report } from './doings.js';
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

/** More steps than any case takes: a circle ends here. */
const MANY = 40;

/** Fills in what is asked for and still empty, as somebody who knows nothing but the labels. */
async function fillIn(page) {
  for (const entry of await page.locator('main form').last().locator('input, select, textarea').all()) {
    const [type, value, isAsked] = await entry.evaluate((one) => [one.type, one.value, one.required || one.ariaInvalid === 'true']);
    if (type === 'radio') {
      const isOpen = await entry.evaluate((one) => one.required && ![...one.form.elements[one.name]].some((other) => other.checked));
      if (isOpen) await entry.check();
      continue;
    }
    if (value !== '' || !isAsked) continue;
    if (type === 'select-one') await entry.selectOption({ index: 1 });
    else if (type === 'date') await entry.fill(minute().slice(0, 10));
    else if (type === 'datetime-local') await entry.fill(minute());
    else if (type === 'number') await entry.fill('1');
    else if (['text', 'textarea', 'search'].includes(type)) await entry.fill('Theo hồ sơ số 1');
  }
}

/** Takes the alert about `receipt` by the newest mail that names it. */
async function take(page, receipt) {
  await (await mailAbout(page, demo.base, receipt)).click();
  await page.locator('a[href*="/a/"]').first().click();
  await page.locator('main form button').first().click();
  await page.waitForLoadState();
  assert.equal(await page.locator('[role=alert]').count(), 0, await page.locator('main').innerText());
}

test('a death on a building site is led to the archive by the one big button', async () => {
  const employer = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  const receipt = await report(employer.page, demo.base);

  const police = await visit(browser, demo.base);
  await take(police.page, receipt);
  await employer.page.reload();
  assert.match(await employer.page.locator('main').innerText(), /Đã nhận|đã nhận/);

  const inspector = await visit(browser, demo.base, { colorScheme: 'dark' });
  const { page } = inspector;
  await be(page, demo.base, people.inspector);
  await page.fill('#q', receipt);
  await page.keyboard.press('Enter');
  await page.locator('#list a', { hasText: receipt }).first().click();
  await page.waitForURL(/\/cases\//);
  const href = page.url().split('?')[0];
  const steps = [];
  for (let step = 0; step < MANY; step += 1) {
    assert.deepEqual(await violations(page), [], `${steps.at(-1)}: the case`);
    const next = page.locator('section[aria-labelledby=next] a.button').first();
    if ((await next.count()) === 0) break;
    steps.push(await next.innerText());
    await next.click();
    await page.waitForURL((url) => url.pathname !== new URL(href).pathname);
    assert.deepEqual(await violations(page), [], steps.at(-1));
    if (page.url().includes('/declarations/')) {
      // Who was hurt is named in the legal form.
      await page.locator('a[href$="/victim-1"]').first().click();
      await page.fill('#full_name', 'Hứa Văn Đức');
      assert.equal(await page.inputValue('#outcome'), 'dead');
      await page.locator('main form button:not(.plain)').last().click();
      await page.waitForURL(/said=saved/);
      await page.goto(href);
      continue;
    }
    for (let tries = 0; tries < 3 && page.url().includes('/steps/'); tries += 1) {
      await fillIn(page);
      await page.locator('.row.end button:not(.plain)').click();
      await page.waitForLoadState();
    }
    assert.ok(!page.url().includes('/steps/'), `${steps.at(-1)}: ${await page.locator('main').innerText()}`);
  }
  assert.equal(await page.locator('p.chips .chip', { hasText: 'Lưu trữ' }).count(), 1, steps.join(' → '));
  for (const { wrong, context } of [employer, police, inspector]) {
    assert.deepEqual(wrong, []);
    await context.close();
  }
});

test('whoever begins the demo is led by its turns, and comes back to them from every page', async () => {
  const window = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  const { page } = window;
  await page.goto(`${demo.base}/demo`);
  const turns = page.locator('ol.turns > li');
  const places = [];
  for (let turn = 0; turn < (await turns.count()); turn += 1) {
    await turns.nth(turn).locator('a, button').click();
    await page.waitForURL((url) => url.pathname !== '/demo');
    places.push(new URL(page.url()).pathname);
    assert.equal(await page.locator('h1').count(), 1);
    await page.locator('a[href="/demo"]').first().click();
    await page.waitForURL(/\/demo$/);
  }
  assert.deepEqual(places, ['/notice', '/mailbox', '/desk', '/commune/record']);
  assert.deepEqual(window.wrong, []);
  await window.context.close();
});

test('time is moved on, never back, and limits pass', async () => {
  const { context, page, wrong } = await visit(browser, demo.base);
  const clock = async () => {
    await page.goto(`${demo.base}/demo`);
    const [, day, month, year] = (await page.locator('#clock-h').innerText()).match(/(\d\d)\/(\d\d)\/(\d{4})/);
    return Date.UTC(year, month - 1, day);
  };
  const before = await clock();
  await page.locator('button[name=days][value="90"]').click();
  await page.waitForLoadState();
  const later = await clock();
  assert.ok(later - before >= 89 * 24 * 3600e3);
  await be(page, demo.base, people.inspector);
  assert.match(await page.locator('.figures a').first().innerText(), /^[1-9]\d*\+?\s+Quá hạn/);
  await demo.kill();
  await demo.restart();
  assert.ok((await clock()) >= later);
  assert.deepEqual(wrong, []);
  await context.close();
});

// An inspector at the desk: by the keyboard from the list to a step, many cases at once, on paper, and beside a colleague.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minute, openCase, openNext, report } from './doings.js';
import { be, isSound, launch, people, startDemo, tabTo, visit } from './harness.js';

let demo;
let browser;
let receipt;
before(async () => {
  demo = await startDemo();
  browser = await launch();
  const employer = await visit(browser, demo.base);
  receipt = await report(employer.page, demo.base);
  await employer.context.close();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const DESK = { viewport: { width: 1280, height: 900 } };

async function inspector(options = DESK) {
  const window = await visit(browser, demo.base, options);
  await be(window.page, demo.base, people.inspector);
  return window;
}

async function leave(...windows) {
  for (const { context, wrong } of windows) {
    assert.deepEqual(wrong, []);
    await context.close();
  }
}

const has = (page, selector) => page.evaluate((selector) => document.activeElement.matches(selector), selector);

test('the keyboard alone finds a case as it is typed, opens it, and takes its next step', async () => {
  const window = await inspector();
  const { page } = window;
  await page.keyboard.press('/');
  assert.ok(await has(page, '#q'));
  // Without diacritics, and without pressing anything: the list answers while somebody types.
  await page.keyboard.type('gian giao nha xuong', { delay: 20 });
  await page.keyboard.press('Control+A');
  await page.keyboard.type(receipt.toLowerCase(), { delay: 20 });
  await page.waitForFunction((receipt) => {
    const links = [...document.querySelectorAll('#list a.open')];
    return links.length === 1 && links[0].innerText === receipt;
  }, receipt);
  assert.equal(new URL(page.url()).search, '');
  await page.keyboard.press('ArrowDown');
  assert.ok(await has(page, '#list a.open'));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/cases\//);
  const href = new URL(page.url()).pathname;
  // One big button, and it is reached.
  assert.equal(await page.locator('section[aria-labelledby=next] a.button').count(), 1);
  assert.ok((await page.locator('section[aria-labelledby=next] a.button').boundingBox()).height >= 44);
  await tabTo(page, 'section[aria-labelledby=next] a.button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/steps\/receive/);
  await tabTo(page, '#file_number');
  await page.keyboard.type('HS-01/2026');
  // Enter does in the entry what the first button does.
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === href);
  assert.match(await page.locator('ol.timeline').textContent(), /HS-01\/2026/);
  await leave(window);
});

test('keys move through the list and pick; a search of nothing gives the list back', async () => {
  const window = await inspector();
  const { page } = window;
  const all = await page.locator('#list a.open').allInnerTexts();
  for (const key of ['j', 'j', 'k', 'j', 'x']) await page.keyboard.press(key);
  assert.equal(await page.evaluate(() => document.activeElement.innerText), all[1]);
  assert.equal(await page.locator('#list input:checked').count(), 1);
  await page.fill('#q', 'khong co vu nao nhu the');
  await page.locator('#list a.open').first().waitFor({ state: 'detached' });
  await page.fill('#q', '');
  await page.locator('#list a.open').first().waitFor();
  assert.deepEqual(await page.locator('#list a.open').allInnerTexts(), all);
  // Letters that are typed into an entry are letters.
  await page.focus('#reason');
  await page.keyboard.type('jkx/');
  assert.equal(await page.inputValue('#reason'), 'jkx/');
  await leave(window);
});

test('many cases are assigned at once; what is missing is said and the choice stays', async () => {
  const window = await inspector();
  const { page } = window;
  await page.goto(`${demo.base}/desk?view=unassigned`);
  const chosen = await page.locator('#list a.open').evaluateAll((links) => links.slice(0, 3).map((link) => link.innerText));
  for (const at of [0, 1, 2]) await page.locator('#list input[type=checkbox]').nth(at).check();
  await page.locator('#assign button:not([name=take])').click();
  await page.locator('#post-wrong').waitFor();
  assert.equal(await page.locator('#list input:checked').count(), 3);
  await isSound(page, 'faulty');
  const post = await page.locator('#post option').nth(1).getAttribute('value');
  await page.selectOption('#post', post);
  await page.fill('#reason', 'Theo địa bàn phụ trách');
  await page.locator('#assign button:not([name=take])').dblclick();
  await page.locator('.say.good[role=status]').waitFor();
  assert.match(await page.locator('.say.good[role=status]').innerText(), /\b3\b/);
  const left = await page.locator('#list a.open').allInnerTexts();
  assert.deepEqual(chosen.filter((one) => left.includes(one)), [], 'they are not unassigned any more');
  await leave(window);
});

test('a case on paper: nothing to press, everything that was folded', async () => {
  const window = await inspector();
  const { page } = window;
  for (const path of [await openCase(page, demo.base, receipt), '/desk']) {
    await page.goto(`${demo.base}${path}`);
    const pressable = () => page.evaluate(() => ['header.bar', 'nav', 'footer', 'main form', 'main button', 'main a.button', '.skip', '.no-print']
      .filter((what) => [...document.querySelectorAll(what)].some((one) => one.checkVisibility())));
    assert.notDeepEqual(await pressable(), [], 'they are on the screen');
    await page.emulateMedia({ media: 'print' });
    assert.deepEqual(await pressable(), [], path);
    assert.ok((await page.locator('main').innerText()).includes(path === '/desk' ? 'Quá hạn' : receipt));
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    if (path !== '/desk') assert.equal(await page.locator('main details:not([open])').count(), 0);
    // Dark ink on white, whatever the screen was.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const ink = await page.evaluate(() => getComputedStyle(document.querySelector('main h1')).color.match(/\d+/g).map(Number));
    assert.ok(Math.max(...ink.slice(0, 3)) < 120, `${path}: ${ink}`);
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  }
  await leave(window);
});

/** Two inspectors with the form of `step` open, the second on a dark telephone. */
async function twoAt(step) {
  const one = await inspector(), other = await inspector({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
  const href = await openCase(one.page, demo.base, receipt);
  for (const { page } of [one, other]) await page.goto(`${demo.base}${href}/steps/${step}`);
  return { one, other, href };
}

const press = ({ page }) => page.locator('.row.end button:not(.plain)').click();

test('two inspectors on one step: the second is told what changed, and loses nothing', async () => {
  const { one, other, href } = await twoAt('follow_publicly');
  for (const { page } of [one, other]) await page.check('input[name=followed] >> nth=0');
  await one.page.fill('#reason', 'Báo chí đã đưa tin');
  const mine = 'Ủy ban nhân dân tỉnh yêu cầu báo cáo\nSở đã cử người';
  await other.page.fill('#reason', mine);
  await press(one);
  await one.page.waitForURL((url) => url.pathname === href);
  await press(other);
  const said = other.page.locator('.say.warn[role=alert]');
  await said.waitFor();
  assert.ok(await has(other.page, '[role=alert]'), 'it takes the focus');
  assert.match(await said.textContent(), /Báo chí đã đưa tin/);
  await isSound(other.page, 'stale');
  assert.equal((await other.page.inputValue('#reason')).replaceAll('\r', ''), mine);
  await one.page.reload();
  assert.doesNotMatch(await one.page.locator('ol.timeline').textContent(), /Sở đã cử người/);
  // Having read it, they may still say theirs.
  await press(other);
  await other.page.waitForURL((url) => url.pathname === href);
  const timeline = await other.page.locator('ol.timeline').textContent();
  for (const words of ['Báo chí đã đưa tin', 'Sở đã cử người']) assert.equal(timeline.split(words).length, 2, words);
  await leave(one, other);
});

test('a step that a colleague has taken meanwhile is not taken again, and what was typed can be copied', async () => {
  const { one, other, href } = await twoAt('send_to_scene');
  for (const { page } of [one, other]) await page.fill('#dispatched_at', minute());
  await one.page.fill('#people', 'Ma Văn Tú, thanh tra viên');
  await other.page.fill('#people', 'Lý Thị Hạnh, chuyên viên');
  await press(one);
  await one.page.waitForURL((url) => url.pathname === href);
  await press(other);
  await other.page.locator('ol.timeline').waitFor();
  await isSound(other.page, 'gone');
  assert.match(await other.page.locator('ol.timeline').textContent(), /Ma Văn Tú/);
  assert.match(await other.page.locator('dd.kept').allInnerTexts().then((all) => all.join()), /Lý Thị Hạnh, chuyên viên/);
  await one.page.reload();
  assert.doesNotMatch(await one.page.locator('ol.timeline').textContent(), /Lý Thị Hạnh/);
  await leave(one, other);
});

test('the button of the browser after a step takes it no second time', async () => {
  const window = await inspector();
  const { page } = window;
  const href = await openCase(page, demo.base, receipt);
  const step = await openNext(page);
  await page.locator('.row.end button:not(.plain)').click();
  await page.waitForURL((url) => url.pathname === href);
  const length = await page.locator('ol.timeline > li').count();
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, step);
  // Whether the browser shows the old form or asks anew, sending it says that it was done.
  const button = page.locator('.row.end button:not(.plain)');
  if ((await button.count()) > 0) {
    await button.click();
    await page.locator('.say.warn').waitFor();
  }
  await isSound(page, 'a step that was taken');
  await page.goto(`${demo.base}${href}`);
  assert.equal(await page.locator('ol.timeline > li').count(), length);
  await leave({ ...window, wrong: window.wrong.filter((line) => !line.includes('409')) });
});

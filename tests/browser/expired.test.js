// Somebody was away too long: the session has ended while a form was filled in, and nothing that was typed is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minute, openCase, report } from './doings.js';
import { be, expire, isSound, launch, people, startDemo, visit } from './harness.js';

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

/** Sends the form by `press`, is told that it came too late, signs in beside it as `who`, and sends it again. */
async function sendsTooLate({ context, page }, press, who) {
  await expire(context);
  await press();
  await page.getByRole('heading', { level: 1, name: 'Phiên làm việc đã hết' }).waitFor();
  await isSound(page, 'too late');
  const [beside] = await Promise.all([context.waitForEvent('page'), page.locator('main a[target=_blank]').click()]);
  await beside.waitForURL(/\/sign-in/);
  await be(beside, demo.base, who);
  await beside.close();
  await page.locator('main form button').click();
}

test('a commune official without script: the record is sent after signing in again, and is one', async () => {
  const window = await visit(browser, demo.base, { viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
  const { page } = window;
  await be(page, demo.base, people.commune);
  await page.goto(`${demo.base}/commune/record`);
  await page.fill('#time', '00:05');
  await page.fill('#where', 'Xóm Đồi');
  await page.fill('#summary', 'Thợ xây ngã từ mái nhà, gãy xương chậu.\nĐã đưa đi cấp cứu.');
  await page.fill('#victim', 'Hứa Văn Đức');
  await page.check('input[name=outcome][value=serious]');
  await page.fill('#phone', '12');
  await sendsTooLate(window, () => page.locator('main form > button').click(), people.commune);
  // Something was wrong with it as well: everything is there to be mended.
  await page.locator('#phone-wrong').waitFor();
  assert.equal(await page.inputValue('#victim'), 'Hứa Văn Đức');
  assert.match(await page.inputValue('#summary'), /^Thợ xây ngã từ mái nhà, gãy xương chậu\.\r?\nĐã đưa đi cấp cứu\.$/);
  assert.ok(await page.isChecked('input[name=outcome][value=serious]'));
  await page.fill('#phone', '0208 000 1234');
  await sendsTooLate(window, () => page.locator('main form > button').click(), people.commune);
  await page.waitForURL(/\/commune\/record\/[0-9a-f-]{36}$/);
  assert.equal(await page.locator('a[href$=".pdf"]').count(), 1);
  assert.deepEqual(window.wrong, []);
  await window.context.close();
});

test('an employer: a part of the legal form is saved after signing in again', async () => {
  const window = await visit(browser, demo.base);
  const { page } = window;
  const receipt = await report(page, demo.base);
  await page.goto(`${demo.base}/declarations/${receipt}/victim-1`);
  await page.fill('#full_name', 'Nông Văn Bình');
  await sendsTooLate(window, () => page.locator('main form button:not(.plain)').last().click(), people.employer);
  await page.waitForURL(/said=saved/);
  await page.goto(`${demo.base}/declarations/${receipt}/victim-1`);
  assert.equal(await page.inputValue('#full_name'), 'Nông Văn Bình');
  assert.deepEqual(window.wrong, []);
  await window.context.close();
});

test('an inspector: the step is taken after signing in again, with every word', async () => {
  const employer = await visit(browser, demo.base);
  const receipt = await report(employer.page, demo.base);
  await employer.context.close();
  const window = await visit(browser, demo.base);
  const { page } = window;
  await be(page, demo.base, people.inspector);
  const href = await openCase(page, demo.base, receipt);
  await page.goto(`${demo.base}${href}/steps/send_to_scene`);
  const words = 'Ma Văn Tú, thanh tra viên\nLý Thị Hạnh, chuyên viên';
  await page.fill('#dispatched_at', minute());
  await page.fill('#people', words);
  await sendsTooLate(window, () => page.locator('.row.end button:not(.plain)').click(), people.inspector);
  await page.waitForURL((url) => url.pathname === href);
  for (const line of words.split('\n')) assert.ok((await page.locator('ol.timeline').textContent()).includes(line), line);
  assert.deepEqual(window.wrong, []);
  await window.context.close();
});

test('an inspector: many cases are assigned after signing in again', async () => {
  const window = await visit(browser, demo.base, { viewport: { width: 1280, height: 900 } });
  const { page } = window;
  await be(page, demo.base, people.inspector);
  await page.goto(`${demo.base}/desk?view=unassigned`);
  const boxes = page.locator('#list input[type=checkbox]');
  const names = await page.locator('#list a.open').evaluateAll((links) => links.slice(0, 2).map((link) => link.innerText));
  for (const at of [0, 1]) await boxes.nth(at).check();
  await page.fill('#reason', 'Phân công theo địa bàn');
  await sendsTooLate(window, () => page.locator('#assign button[name=take]').click(), people.inspector);
  await page.waitForURL(/\/desk/);
  await page.goto(`${demo.base}/desk?view=mine`);
  const mine = await page.locator('#list a.open').allInnerTexts();
  assert.deepEqual(names.filter((name) => !mine.includes(name)), []);
  assert.deepEqual(window.wrong, []);
  await window.context.close();
});

test('a session that is about to end says so; who is still at work stays, and who is too late has lost nothing', async () => {
  const window = await visit(browser, demo.base);
  const { page, context } = window;
  await be(page, demo.base, people.commune);
  await page.clock.install();
  await page.goto(`${demo.base}/commune/record`);
  await page.fill('#victim', 'Hứa Văn Đức');
  const said = page.locator('#session-end');
  // The program is asked, but for how long is left: nobody waits two hours here.
  const soon = (route) => (route.request().method() === 'GET' ? route.fulfill({ json: { seconds: 240, is_last: false } }) : route.continue());
  await page.route('**/session-end', soon);
  assert.ok(await said.isHidden());
  await page.clock.fastForward(61_000);
  await said.getByText('sau 4 phút').waitFor();
  await isSound(page, 'about to end');
  await said.getByRole('button', { name: 'Tôi vẫn đang làm việc' }).click();
  await said.waitFor({ state: 'hidden' });
  await page.unroute('**/session-end', soon);

  await expire(context);
  await page.clock.fastForward(2 * 3_600_000);
  await said.getByText('Phiên làm việc đã hết').waitFor();
  const [beside] = await Promise.all([context.waitForEvent('page'), said.getByRole('link').click()]);
  await beside.waitForURL(/\/sign-in/);
  await be(beside, demo.base, people.commune);
  await beside.close();
  await page.clock.fastForward(301_000);
  await said.waitFor({ state: 'hidden' });
  assert.equal(await page.inputValue('#victim'), 'Hứa Văn Đức');
  assert.deepEqual(window.wrong, []);
  await context.close();
});

// A duty officer at night: the alert from the link in the mail, without script, by the keyboard, on a small dark screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailAbout, report } from './doings.js';
import { isSound, launch, startDemo, tabTo, visit } from './harness.js';

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

const NIGHT = { javaScriptEnabled: false, colorScheme: 'dark', locale: 'en-US', viewport: { width: 320, height: 640 } };

/** What an officer says of themselves, by entry. */
const WHO = [['[autocomplete=name]', 'Vi Văn Nam'], ['[autocomplete=organization-title]', 'Trung úy trực ban'], ['[autocomplete=tel]', '0912 000 222']];

async function fill(page, name) {
  for (const [entry, text] of WHO) await page.fill(entry, text);
  await page.fill('[autocomplete=name]', name);
}

/** An accident is reported, and an officer has opened the mail about it. */
async function atTheMail() {
  const employer = await visit(browser, demo.base);
  const receipt = await report(employer.page, demo.base);
  const officer = await visit(browser, demo.base, NIGHT);
  const mail = await mailAbout(officer.page, demo.base, receipt);
  // A browser without script is reached by its keyboard all the same.
  await mail.focus();
  await officer.page.keyboard.press('Enter');
  await officer.page.waitForURL(/\/mailbox\/.+/);
  await tabTo(officer.page, 'dl a[href*="/a/"]');
  await officer.page.keyboard.press('Enter');
  await officer.page.waitForURL(/\/a\/.+/);
  return { employer, officer, receipt };
}

test('the alert is taken from the mail by the keyboard alone, and the reporter sees by whom', async () => {
  const { employer, officer, receipt } = await atTheMail();
  const { page } = officer;
  await isSound(page);
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(Math.max(...background) < 100, `dark: ${background}`);
  // English stands beside the Vietnamese, for whoever reads only one of them.
  const said = await page.locator('main').innerText();
  for (const text of [receipt, 'Is your office taking this?', 'The accident', 'What happened', 'Told']) assert.ok(said.includes(text), `${text}: ${said}`);
  // The first button is the one that matters, and large enough for a thumb.
  const button = page.locator('button[value=take]');
  assert.ok((await button.boundingBox()).height >= 44);
  for (const [entry, text] of WHO) {
    await tabTo(page, entry);
    await page.keyboard.type(text);
  }
  await tabTo(page, 'button[value=take]');
  await page.keyboard.press('Enter');
  await page.locator('#taken').waitFor();
  await isSound(page, 'taken');
  assert.match(await page.locator('section.taken').innerText(), /Vi Văn Nam/);
  assert.equal(await page.locator('button[value=take]').count(), 0);
  // Back to the form and forth again: it is taken, once, by whom it was.
  const taken = await page.locator('section.taken').innerText();
  await page.goBack();
  await page.goto(page.url());
  assert.equal(await page.locator('section.taken').innerText(), taken);
  // The reporter learns that the office has it, and no officer's name.
  await employer.page.reload();
  const told = await employer.page.locator('main').innerText();
  assert.equal(told.split('Đã tiếp nhận').length, 2, told);
  assert.doesNotMatch(told, /Vi Văn Nam/);
  assert.deepEqual([...officer.wrong, ...employer.wrong], []);
  await officer.context.close();
  await employer.context.close();
});

test('without a name nothing is taken, and the page says what is missing beside it; an impatient thumb takes it once', async () => {
  const { employer, officer } = await atTheMail();
  const { page } = officer;
  const entries = await page.locator('form input').evaluateAll((all) => all.map((one) => one.id));
  // The browser would ask for them itself; a telephone that does not is answered by the service.
  await page.evaluate(() => document.querySelector('form').setAttribute('novalidate', ''));
  for (const id of entries) await page.fill(`#${id}`, '');
  await page.locator('button[value=take]').click();
  await page.locator('[aria-invalid=true]').first().waitFor();
  await isSound(page, 'faulty');
  for (const id of entries) assert.ok(await page.locator(`#${id}-wrong`).isVisible(), id);
  await fill(page, 'Nông Thị Hoa');
  await page.locator('button[value=take]').dblclick();
  await page.locator('#taken').waitFor();
  assert.match(await page.locator('section.taken').innerText(), /Nông Thị Hoa/);
  await employer.page.reload();
  assert.equal((await employer.page.locator('main').innerText()).split('Đã tiếp nhận').length, 2, 'told once');
  assert.deepEqual(officer.wrong, []);
  await officer.context.close();
  await employer.context.close();
});

test('whose it is not passes it on, and somebody without script is told where to', async () => {
  const { employer, officer } = await atTheMail();
  const { page } = officer;
  await fill(page, 'La Văn Sơn');
  await tabTo(page, 'form summary');
  await page.keyboard.press('Enter');
  await tabTo(page, '#belongs_to');
  await isSound(page, 'not ours');
  await page.selectOption('#belongs_to', '?');
  await tabTo(page, 'button[value=refuse]');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Đã ghi nhận: không thuộc thẩm quyền' }).waitFor();
  await isSound(page, 'passed on');
  assert.equal(await page.locator('button[value=refuse]').count(), 0, await page.locator('main').innerText());
  // Nobody has taken it by this.
  await employer.page.reload();
  assert.doesNotMatch(await employer.page.locator('main').innerText(), /Đã tiếp nhận/);
  assert.deepEqual(officer.wrong, []);
  await officer.context.close();
  await employer.context.close();
});

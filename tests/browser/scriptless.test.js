// Long forms where no script runs: an old telephone, a careful office. Everything is done by the pages alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { minute, openCase, report } from './doings.js';
import { be, isSound, launch, people, startDemo, visit } from './harness.js';

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

const BARE = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };

test('an employer fills in the legal form: a code is looked up, what is wrong is said, what is saved stays', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, BARE);
  await be(page, demo.base, people.employer);
  await page.goto(`${demo.base}/declarations/${receipt}`);
  await isSound(page);
  await page.goto(`${demo.base}/declarations/${receipt}/establishment`);
  await page.fill('#address', 'Xóm Đình, xã Phú Bình');
  await page.fill('#headcount', '120');
  await page.fill('#phone', '12');
  await page.fill('#industry_code_q', 'trang phuc');
  await page.locator('button[value="find.industry_code"]').click();
  await page.locator('#industry_code label').first().click();
  // What was typed before the search is still there.
  assert.equal(await page.inputValue('#address'), 'Xóm Đình, xã Phú Bình');
  await page.selectOption('#establishment_type_code', { index: 1 });
  await page.locator('.row.end button').click();
  await page.locator('#phone-wrong').waitFor();
  await isSound(page, 'faulty');
  assert.equal(await page.inputValue('#headcount'), '120');
  assert.ok(await page.locator('#industry_code input').first().isChecked());
  await page.fill('#phone', '02083000111');
  await page.locator('.row.end button').click();
  await page.waitForURL(/said=saved/);
  await page.goto(`${demo.base}/declarations/${receipt}/establishment`);
  assert.equal(await page.inputValue('#headcount'), '120');
  assert.equal(await page.inputValue('#phone'), '02083000111');
  assert.deepEqual(wrong, []);
  await context.close();
});

test('an inspector takes a step: looks first, is told what is missing, takes it once', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, BARE);
  await be(page, demo.base, people.inspector);
  const href = await openCase(page, demo.base, receipt);
  await isSound(page);
  await page.goto(`${demo.base}${href}/steps/send_to_scene`);
  const sent = 'Ma Văn Tú, thanh tra viên';
  await page.fill('#people', sent);
  await page.locator('.row.end button:not(.plain)').click();
  await page.locator('#dispatched_at-wrong').waitFor();
  await isSound(page, 'faulty');
  assert.equal(await page.inputValue('#people'), sent);
  await page.fill('#dispatched_at', minute());
  await page.locator('button[value=preview]').click();
  await page.locator('.say[role=status]').waitFor();
  assert.equal(await page.inputValue('#people'), sent);
  await page.locator('.row.end button:not(.plain)').dblclick();
  await page.waitForURL((url) => url.pathname === href);
  assert.equal((await page.locator('ol.timeline').textContent()).split(sent).length, 2, 'once');
  assert.deepEqual(wrong, []);
  await context.close();
});

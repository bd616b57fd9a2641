// Every page: accessible in both themes and both languages, no wider than a small telephone, nothing from another host.
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

/** Pages by who looks at them; `null` is nobody. */
const PAGES = [
  [null, ['/', '/demo', '/design', '/sign-in', '/mailbox', '/privacy', '/no-such-page', '/forms', '/figures', '/figures?year=2025&part=2', '/conclusions']],
  [people.commune, ['/commune', '/commune/record', '/standing', '/second-factor']],
  [people.operator, ['/operations', '/law', '/coverage', '/coverage?province=19', '/authorities', '/authorities/SNV-19']],
  [people.inspector, ['/desk', '/desk/map', '/desk/map?province=19', '/desk/overview', '/law', '/trace', '/trace?receipt_no=none']],
  [people.administrator, ['/authorities/new', '/authorities/CAX-05908/correct', '/authorities/CAX-05908/end', '/posts', '/posts?authority_id=SNV-19', '/authorities/SNV-19/roster', '/coverage', '/law', '/law/holidays', '/law/rules/X-limits.scene_hours', '/law/proposals']],
];

for (const colorScheme of ['light', 'dark']) {
  for (const lang of ['vi', 'en']) {
    for (const [who, paths] of PAGES) {
      test(`${who ?? 'anybody'}: ${colorScheme}, ${lang}`, async () => {
        const { context, page, wrong } = await visit(browser, demo.base, { colorScheme, viewport: { width: 320, height: 640 } });
        if (who) await be(page, demo.base, who);
        for (const path of paths) {
          await page.goto(`${demo.base}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
          assert.equal(await page.locator('h1').count(), 1, `${path}: one heading`);
          assert.deepEqual(await violations(page), [], path);
          const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.equal(tooWide, 0, `${path}: sideways scroll at 320 px`);
        }
        assert.deepEqual(wrong, []);
        await context.close();
      });
    }
  }
}

for (const colorScheme of ['light', 'dark']) {
  test(`a post and what is done with it: ${colorScheme}`, async () => {
    const { context, page, wrong } = await visit(browser, demo.base, { colorScheme, viewport: { width: 320, height: 640 } });
    await be(page, demo.base, people.administrator);
    await page.goto(`${demo.base}/posts?authority_id=SNV-19`);
    await page.locator('.list h2 a').first().click();
    const post = page.url();
    const acts = await page.locator('main nav a, main .list a.button').evaluateAll((links) => links.map((link) => link.href));
    assert.ok(acts.length >= 6, acts.join());
    const sound = async (what) => {
      assert.deepEqual(await violations(page), [], what);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(tooWide, 0, `${what}: sideways scroll at 320 px`);
    };
    await sound(post);
    for (const act of acts) {
      await page.goto(act);
      await sound(act);
      const button = page.locator('main form button');
      if ((await button.count()) === 0) continue;
      // Nothing filled in: each fault is beside its entry, and nothing was done.
      await page.locator('main form input[type=radio]:checked').evaluateAll((chosen) => chosen.forEach((one) => (one.checked = false)));
      await button.click();
      assert.equal(page.url().split('?')[0], act.split('?')[0]);
      assert.ok((await page.locator('.wrong').count()) > 0, act);
      await sound(`${act}, faulty`);
    }
    assert.deepEqual(wrong.filter((line) => !line.includes('422')), []);
    await context.close();
  });
}

test('a telephone can install it', async () => {
  const { context, page, wrong } = await visit(browser, demo.base);
  await page.goto(`${demo.base}/notice`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const session = await context.newCDPSession(page);
  const manifest = await session.send('Page.getAppManifest');
  assert.deepEqual(manifest.errors, []);
  const found = JSON.parse(manifest.data);
  for (const icon of found.icons) {
    const answer = await page.request.get(demo.base + icon.src);
    assert.equal(answer.headers()['content-type'], icon.type, icon.src);
  }
  // In a window that keeps nothing it says so, and nothing else.
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map((one) => one.errorId).filter((id) => id !== 'in-incognito'), []);
  assert.deepEqual(wrong, []);
  await context.close();
});

test('the keyboard alone signs in, and sees where it is', async () => {
  const { context, page } = await visit(browser, demo.base, { viewport: { width: 1280, height: 800 } });
  await page.goto(`${demo.base}/sign-in`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'email');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid');
  await page.keyboard.type('nobody@nowhere.test');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.locator('[role=alert]').waitFor();
  // What is wrong takes the focus; what was typed is still there, but for the password.
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert');
  assert.equal(await page.inputValue('#email'), 'nobody@nowhere.test');
  assert.equal(await page.inputValue('#password'), '');
  await context.close();
});

test('a session that has ended leads to signing in, and back', async () => {
  const { context, page } = await visit(browser, demo.base);
  await page.goto(`${demo.base}/standing?from=here`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  assert.equal(await page.inputValue('input[name=to]'), '/standing?from=here');
  await context.close();
});

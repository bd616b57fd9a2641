// Cases in every state the demo has, with the forms of their steps: accessible in both themes and languages, and no wider
// than a small telephone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { be, isSound, launch, people, startDemo, violations, visit } from './harness.js';

let demo;
let browser;
/** One case of each state. */
let cases;
before(async () => {
  demo = await startDemo();
  browser = await launch();
  const { context, page } = await visit(browser, demo.base);
  await be(page, demo.base, people.inspector);
  cases = new Map();
  for (const view of ['', '?view=overdue', '?view=due_this_week', '?view=waiting', '?view=unassigned']) {
    await page.goto(`${demo.base}/desk${view}`);
    const hrefs = await page.locator('#list a.open').evaluateAll((links) => links.map((link) => link.pathname));
    for (const href of hrefs) {
      const html = await (await context.request.get(demo.base + href)).text();
      // The second chip is the state.
      const state = [...html.matchAll(/<span class="chip[^"]*">([^<]*)</g)][1][1];
      if (!cases.has(state)) cases.set(state, href);
    }
  }
  await context.close();
  assert.ok(cases.size >= 8, `the demo shows many states: ${[...cases.keys()].join()}`);
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

for (const lang of ['vi', 'en']) {
  test(`cases by state, light and dark: ${lang}`, async () => {
    const { context, page, wrong } = await visit(browser, demo.base, { colorScheme: 'light', viewport: { width: 320, height: 640 } });
    await be(page, demo.base, people.inspector);
    for (const [state, href] of cases) {
      await page.goto(`${demo.base}${href}?lang=${lang}`);
      // Papers, clocks and other steps are folded: everything is looked at.
      await page.locator('main details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await isSound(page, `${state}, unfolded`);
      assert.equal(await page.getAttribute('html', 'lang'), lang);
      // The other theme is the same page in other colours.
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.deepEqual(await violations(page, ['color-contrast']), [], `${state}, dark`);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test('the form of every step that these cases offer', async () => {
  const { context, page, wrong } = await visit(browser, demo.base, { viewport: { width: 320, height: 640 } });
  await be(page, demo.base, people.inspector);
  const seen = new Set();
  for (const href of cases.values()) {
    await page.goto(demo.base + href);
    const steps = await page.locator('main a[href*="/steps/"]').evaluateAll((links) => links.map((link) => link.pathname));
    for (const path of steps) {
      const step = path.split('/').pop();
      if (seen.has(step)) continue;
      // Themes and languages by turns: each is seen on half of them.
      await page.emulateMedia({ colorScheme: seen.size % 2 ? 'dark' : 'light' });
      await page.goto(`${demo.base}${path}?lang=${seen.size % 4 < 2 ? 'vi' : 'en'}`);
      await isSound(page, step);
      seen.add(step);
    }
  }
  assert.ok(seen.size >= 20, [...seen].join());
  console.log(`# ${cases.size} states, ${seen.size} steps`);
  assert.deepEqual(wrong, []);
  await context.close();
});

// What people do on their way to what a test is about: reporting, opening a mail, finding a case.
import assert from 'node:assert/strict';
import { be, people } from './harness.js';

/** This minute in Việt Nam, as an entry for moments takes it. */
export const minute = () => new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 16);

/** An establishment reports a death; its receipt number. `more` are further entries by id. */
export async function report(page, base, more = {}) {
  await be(page, base, people.employer);
  await page.goto(`${base}/notice`);
  await page.fill('#phone', '0208 000 1234');
  await page.fill('#place', 'phu binh');
  await page.locator('.options li').first().click();
  const entries = { detail: 'Công trường nhà xưởng số 2', dead: '1', summary: 'Giàn giáo tầng 3 đổ, một công nhân rơi xuống và tử vong.', ...more };
  for (const [id, text] of Object.entries(entries)) await page.fill(`#${id}`, text);
  await page.locator('button[value=send]').click();
  await page.waitForURL(/\/notice\/[0-9A-Z]{4}-/);
  return page.url().match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
}

/** Waits for the newest mail about `receipt`, and shows the mailbox in which it is; the link to it. */
export async function mailAbout(page, base, receipt) {
  for (let tries = 0; tries < 120; tries += 1) {
    await page.goto(`${base}/mailbox`);
    const mails = page.locator('main a', { hasText: receipt });
    if ((await mails.count()) > 0) return mails.first();
    await page.waitForTimeout(250);
  }
  return assert.fail(`no mail about ${receipt}`);
}

/** As an inspector who is signed in, opens the case of `receipt`; its path. */
export async function openCase(page, base, receipt) {
  await page.goto(`${base}/desk?q=${receipt}`);
  await page.locator('#list a.open', { hasText: receipt }).first().click();
  await page.waitForURL(/\/cases\//);
  return new URL(page.url()).pathname;
}

/** Opens the form of the next step by the one big button; its path. */
export async function openNext(page) {
  await page.locator('section[aria-labelledby=next] a.button').first().click();
  await page.waitForURL(/\/steps\//);
  return new URL(page.url()).pathname;
}

// A demo of its own in a temporary folder, and Debian's Chromium. Every test file starts both once.
//
// TNLD_PROGRAM names the program; without it the debug build of this tree. TNLD_PLAYED names a folder for a demo that was
// played once: every file after the first begins with a copy of it. The demo listens on loopback, its mails go to a
// folder, and nothing is asked of any other host: the harness fails a test whose page tries.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const program = process.env.TNLD_PROGRAM ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(here, '../../target'), 'debug/tnld');

/** The people of the demo, by their addresses. */
export const people = {
  employer: 'an-toan@nguoi-su-dung-lao-dong.test',
  commune: 'can-bo-xa@phu-binh.test',
  inspector: 'thanh-tra@thai-nguyen.test',
  police: 'truc-ban@phu-binh.test',
  administrator: 'quan-tri@thai-nguyen.test',
  operator: 'van-hanh@thai-nguyen.test',
};

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

const played = process.env.TNLD_PLAYED && path.join(process.env.TNLD_PLAYED, 'tnld-demo');

/** Starts the demo; `stop` ends it and removes its folder. */
export async function startDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), 'tnld-browser-'));
  const own = path.join(folder, 'tnld-demo');
  const isPlayed = played && await cp(played, own, { recursive: true, errorOnExist: true, force: false }).then(() => true, () => false);
  const base = `http://127.0.0.1:${await freePort()}`;
  let said = '';
  const start = () => {
    const child = spawn(program, ['demo'], {
      cwd: folder,
      env: { PATH: process.env.PATH, TNLD_LISTEN: base.slice('http://'.length) },
    });
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    return child;
  };
  let child = start();
  const ready = async () => {
    // Two years of accidents are played first.
    for (let tries = 0; tries < 1800; tries += 1) {
      assert.equal(child.exitCode, null, `the demo ended: ${said}`);
      const answer = await fetch(`${base}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((later) => setTimeout(later, 100));
    }
    assert.fail(`the demo was not ready in time: ${said}`);
  };
  await ready();
  const end = (signal) => new Promise((ended) => {
    child.once('exit', ended);
    child.kill(signal);
  });
  if (played && !isPlayed) {
    // Copied while nothing writes, and named only when it is whole; another file may have been faster.
    await end('SIGTERM');
    const copy = await mkdtemp(`${played}-`);
    await cp(own, copy, { recursive: true });
    await rename(copy, played).catch(() => rm(copy, { recursive: true }));
    child = start();
    await ready();
  }
  return {
    base,
    /** Ends it without warning, as a power cut does. */
    kill: () => end('SIGKILL'),
    /** Starts it again over the same data. */
    async restart() {
      child = start();
      await ready();
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function launch() {
  return chromium.launch({ executablePath: process.env.TNLD_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** Windows in which no script of a page runs, and how they were opened. */
const scriptless = new WeakMap();

/** A window that fails the test when it asks another host for anything, or when a script throws. */
export async function visit(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', ...options });
  const wrong = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith('blob:') && !url.startsWith('data:')) wrong.push(`asked for ${url}`);
  });
  context.on('weberror', (error) => wrong.push(`a script failed: ${error.error()}`));
  const page = await context.newPage();
  if (options.javaScriptEnabled === false) scriptless.set(page, options);
  return { context, page, wrong };
}

/** Signs `page` in as somebody of the demo. */
export async function be(page, base, email) {
  await page.goto(`${base}/demo`);
  await page.locator(`form:has(input[value="${email}"]) button`).last().click();
  await page.waitForURL((url) => url.pathname !== '/demo');
}

/** A sequence of chances from 0 to 1, and the same again for whoever gives its seed as TNLD_SEED. */
export function chance() {
  const seed = Number(process.env.TNLD_SEED ?? Date.now() % 1e9);
  let state = seed;
  const random = () => {
    // mulberry32, which is in the public domain.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, random };
}

const SESSION = /^(__Host-)?tnld$/;

/** What it is to have been away too long: the cookie of the session is gone, and with it the session. */
export async function expire(context) {
  assert.ok((await context.cookies()).some(({ name }) => SESSION.test(name)), 'there was a session');
  await context.clearCookies({ name: SESSION });
}

/** The page is accessible, has one heading, and is no wider than the window. */
export async function isSound(page, what = page.url()) {
  assert.equal(await page.locator('h1').count(), 1, `${what}: one heading`);
  assert.deepEqual(await violations(page), [], what);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(tooWide, 0, `${what}: sideways scroll`);
}

/** Presses Tab until `wanted` (a selector) has the focus, as somebody without a mouse does. */
export async function tabTo(page, wanted, most = 120) {
  for (let presses = 0; presses < most; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), wanted)) {
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, 'none', `${wanted}: one sees where one is`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`${wanted} is not reached by ${most} presses of Tab`);
}

/** What axe-core finds wrong with the page as it is, in words; by some of its rules, where `only` names them. */
export async function violations(page, only) {
  if (scriptless.has(page)) return violationsWithoutScript(page);
  // Evaluated by the browser itself: the policy of the pages lets in no script that is not theirs.
  await page.evaluate(axeSource);
  const found = await page.evaluate((rules) => globalThis.axe.run({ runOnly: rules }), only ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  return found.violations.map((one) => `${one.id}: ${one.help} (${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')})`);
}

/** axe waits for timers, which a window without script has not: it looks at the same page in another, whose scripts are cut out. */
async function violationsWithoutScript(page) {
  const context = await page.context().browser().newContext({ ...scriptless.get(page), javaScriptEnabled: true });
  const twin = await context.newPage();
  const body = (await page.content()).replaceAll(/<script\b.*?<\/script>/gs, '');
  await twin.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await twin.goto(page.url());
  const found = await violations(twin);
  await context.close();
  return found;
}

// A demo of its own in a temporary folder, and Debian's Chromium. Every test file starts both once.
//
// TNLD_PROGRAM names the program; without it the debug build of this tree. The demo listens on loopback, its mails go to a
// folder, and nothing is asked of any other host: the harness fails a test whose page tries.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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

/** Starts the demo; `stop` ends it and removes its folder. */
export async function startDemo() {
  const folder = await mkdtemp(path.join(tmpdir(), 'tnld-browser-'));
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
  return { context, page, wrong };
}

/** Signs `page` in as somebody of the demo. */
export async function be(page, base, email) {
  await page.goto(`${base}/demo`);
  await page.locator(`form:has(input[value="${email}"]) button`).click();
  await page.waitForURL((url) => url.pathname !== '/demo');
}

/** What axe-core finds wrong with the page as it is, in words. */
export async function violations(page) {
  // Evaluated by the browser itself: the policy of the pages lets in no script that is not theirs.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((one) => `${one.id}: ${one.help} (${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')})`);
}

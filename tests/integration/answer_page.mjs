// Answers a message on a phone: opens the page of a link in Chromium as a telephone does, takes
// pictures, taps, and prints what it saw as JSON.
//   node answer_page.mjs NODE_FOLDER URL PICTURES [form]
// Without `form` it taps the one button; with it it answers the first item by its own form.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [nodeFolder, url, pictures, way] = process.argv.slice(2);
const { chromium } = createRequire(join(nodeFolder, 'package.json'))('playwright-core');
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

// In the page: how wide it is, and what may be tapped but is too small for a finger.
function measured() {
  const shown = (box) => box.width > 0 && box.height > 0;
  const small = [...document.querySelectorAll('button, summary, a.btn, label.opt, .f')]
    .filter((one) => one.tagName !== 'LABEL' || one.classList.contains('opt'))
    .map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
    .filter(([, box]) => shown(box) && box.height < 43.5)
    .map(([name, box]) => `${name} ${box.height}`);
  return {
    width: document.documentElement.scrollWidth, small,
    h1: document.querySelectorAll('h1').length, text: document.body.innerText,
  };
}

async function look(page, name) {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await page.screenshot({ path: join(pictures, `${name}-screen.png`) });
  return page.evaluate(measured);
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
try {
  const context = await browser.newContext({ ...PHONE, javaScriptEnabled: true });
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname.slice(0, 3)));
  const said = { steps: 0 };
  const began = Date.now();
  await page.goto(url, { waitUntil: 'load' });
  said.steps += 1; // the link was tapped
  said.opened_ms = Date.now() - began;
  const button = page.locator('.all button');
  const box = await button.boundingBox();
  said.button_on_first_screen = box !== null && box.y + box.height <= PHONE.viewport.height;
  said.before = await look(page, way === 'form' ? 'form-before' : 'before');
  const tapped = Date.now();
  if (way === 'form') {
    await page.locator('summary').first().tap();
    await page.locator('details[open] input[value=help]').check();
    await page.locator('details[open] textarea').fill('Chờ ý kiến thẩm định của Văn phòng.');
    said.form = await look(page, 'form-open');
    await page.locator('details[open] button').tap();
    said.steps += 4;
  } else {
    await button.tap();
    said.steps += 1;
  }
  await page.waitForSelector('.done');
  said.answered_ms = Date.now() - tapped;
  said.all_ms = said.opened_ms + said.answered_ms;
  said.after = await look(page, way === 'form' ? 'form-after' : 'after');
  await page.reload({ waitUntil: 'load' }); // sends the form again
  said.again = await page.evaluate(measured);
  await page.goto(url, { waitUntil: 'load' });
  said.later = await look(page, way === 'form' ? 'form-later' : 'later');
  console.log(JSON.stringify({ ...said, errors, asked: [...new Set(asked)] }));
} finally {
  await browser.close();
}

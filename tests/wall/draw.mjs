// Bundles entry.jsx, opens it in Chromium, writes a picture and prints what each panel says, as JSON.
//   node draw.mjs NODE_FOLDER DRAWN.json OUT.png SCALE
// Node 18 and later. Nothing is fetched: the page is a file.
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [nodeFolder, input, output, scaleText] = process.argv.slice(2);
const scale = Number(scaleText);
const SCREEN = { width: 1920, height: 1080 };
const require = createRequire(join(nodeFolder, 'package.json'));
const { build } = require('esbuild');
const { chromium } = require('playwright-core');

const folder = mkdtempSync(join(tmpdir(), 'kip-draw-'));

async function bundle() {
  await build({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), 'entry.jsx')],
    bundle: true, jsx: 'automatic', outfile: join(folder, 'bundle.js'), logLevel: 'error',
    nodePaths: [join(nodeFolder, 'node_modules')],
    loader: { '.svg': 'dataurl', '.ttf': 'dataurl', '.woff2': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  });
  const drawn = readFileSync(input, 'utf8').replaceAll('<', '\\u003c');
  writeFileSync(join(folder, 'index.html'), `<!doctype html><html lang="vi"><meta charset="utf-8">
<link rel="stylesheet" href="bundle.css">
<body style="background:#0a111c;margin:0"><div id="root"></div>
<script>window.process = { env: {} }; window.drawn = ${drawn};</script>
<script src="bundle.js"></script></body></html>`);
}

// In the page: the least font size of what is written there.
function smallestText() {
  const sizes = [];
  const texts = document.createTreeWalker(document.getElementById('root'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const box = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() && box.offsetWidth > 1) {
      sizes.push(parseFloat(getComputedStyle(box).fontSize));
    }
  }
  return Math.min(...sizes);
}

async function shoot() {
  const browser = await chromium.launch({
    executablePath: process.env.KIP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const viewport = { width: SCREEN.width / scale, height: SCREEN.height / scale };
    const page = await browser.newPage({ viewport, deviceScaleFactor: scale });
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.waitForFunction('window.done || window.failed', null, { timeout: 60000 });
    errors.push(...[await page.evaluate('window.failed')].filter(Boolean));
    await page.evaluate('document.fonts.ready');
    // Two frames: what is measured after the first layout is drawn by then.
    await page.evaluate(() => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
    }));
    await page.screenshot({ path: output });
    const panels = await page.evaluate(() => {
      const all = [...document.querySelectorAll('[data-panel]')];
      return Object.fromEntries(all.map((one) => [one.dataset.panel, one.innerText]));
    });
    const smallest = scale * await page.evaluate(smallestText);
    const size = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth, scrollHeight];
    });
    console.log(JSON.stringify({ panels, errors, size, viewport, smallest }));
  } finally {
    await browser.close();
  }
}

try {
  await bundle();
  await shoot();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

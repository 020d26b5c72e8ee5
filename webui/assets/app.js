// What every page has: htmx with its SSE extension, the CSRF header, live warnings, a few small habits.
import './app.css';
import htmx from 'htmx.org';
import 'htmx.org/dist/ext/hx-sse.js';
import { watchForms } from './hidden.js';

window.jiancha = window.jiancha ?? {};

// A form or a button with data-confirm="text" asks first.
function asked(event) {
  const source = event.submitter?.dataset.confirm ? event.submitter : event.target;
  const text = source.dataset?.confirm;
  if (text && !window.confirm(text)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
document.addEventListener('submit', asked, true);

// A filter with data-autosubmit sends its form when it changes.
document.addEventListener('change', (event) => {
  if (event.target.matches?.('[data-autosubmit]')) event.target.form?.requestSubmit();
});

document.addEventListener('htmx:config:request', (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers['X-CSRFToken'] = token;
});

function toasts() {
  let place = document.getElementById('toasts');
  if (!place) {
    place = document.createElement('div');
    place.id = 'toasts';
    place.setAttribute('role', 'status');
    place.setAttribute('aria-live', 'polite');
    document.body.append(place);
  }
  return place;
}

function ourAddress(url) {
  return typeof url === 'string' && url.startsWith('/') && !url.startsWith('//');
}

// {text, level?, url?}: level is notice, yellow or red.
function toast({ text, level, url }) {
  const box = document.createElement(ourAddress(url) ? 'a' : 'div');
  if (ourAddress(url)) box.href = url;
  box.className = `toast-box level-${['notice', 'yellow', 'red'].includes(level) ? level : 'notice'}`;
  box.textContent = text;
  const place = toasts();
  place.append(box);
  while (place.childElementCount > 4) place.firstElementChild.remove();
  setTimeout(() => box.remove(), 12_000);
}
window.jiancha.toast = toast;

function parsed(data) {
  try {
    const value = JSON.parse(data);
    return value && typeof value === 'object' ? value : { text: String(value) };
  } catch {
    return { text: data };
  }
}

// Lists refresh themselves with hx-trigger="jiancha:warning from:body".
function warned(event) {
  const warning = parsed(event.data);
  if (warning.text) toast(warning);
  htmx.trigger(document.body, 'jiancha:warning', warning);
  window.jiancha.refreshDiagram?.().catch(() => {});
}

// The browser reconnects by itself and sends Last-Event-ID, so nothing is missed in between.
function listen(url) {
  const stream = new EventSource(url);
  stream.addEventListener('open', () => document.body.setAttribute('data-live', 'true'));
  stream.addEventListener('error', () => document.body.setAttribute('data-live', 'false'));
  stream.addEventListener('warning', warned);
  window.addEventListener('pagehide', () => stream.close());
  window.addEventListener('pageshow', (event) => event.persisted && listen(url), { once: true });
}

function start() {
  watchForms();
  if (document.body.dataset.stream) listen(document.body.dataset.stream);
}
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();

// Navigation without a reload, live updates, and small comforts. Every link and form works without it.
const main = document.getElementById('main');
const announcer = document.querySelector('.announcer');
const shown = new Map();
let request = null;
let isNavigating = false;
let events = null;
let refreshAt = 0;
let timer = 0;

remember(main);
enhance(main);

// --- Navigation ---------------------------------------------------------------------------------------------------------

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[data-soft], .marks a');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(new URL(link.getAttribute('href'), location.href), pathOf(link));
});

document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('form[data-soft]')) return;
  event.preventDefault();
  const url = new URL(form.getAttribute('action'), location.href);
  url.search = new URLSearchParams(new FormData(form, event.submitter)).toString();
  go(url, null);
});

addEventListener('popstate', () => go(new URL(location.href), null, false));

async function go(url, focusPath, push = true) {
  const parts = new URL(url);
  parts.pathname += '.parts';
  isNavigating = true;
  main.setAttribute('aria-busy', 'true');
  const mine = start();
  const content = await load(parts, url, mine);
  // A later navigation has taken over.
  if (mine.signal.aborted) return;
  isNavigating = false;
  main.removeAttribute('aria-busy');
  if (!content) return;
  if (push) history.pushState(null, '', url);
  main.dataset.parts = parts.href;
  show(content, true);
  if (focusPath) at(focusPath)?.focus({ preventScroll: true });
  announcer.textContent = 'Updated';
}

// One request at a time: what was asked for before is of no use any more.
function start() {
  request?.abort();
  return request = new AbortController();
}

async function load(parts, page, { signal }) {
  try {
    const response = await fetch(parts, { signal, headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) throw new Error(response.status);
    const content = document.createElement('div');
    content.append(...new DOMParser().parseFromString(await response.text(), 'text/html').body.childNodes);
    return content;
  } catch (error) {
    if (error.name !== 'AbortError' && !page) lost(error.message);
    // The page itself says what is wrong, or has the viewer sign in again.
    if (error.name !== 'AbortError' && page) location.href = page;
    return null;
  }
}

// --- Showing ------------------------------------------------------------------------------------------------------------

function remember(content) {
  for (const part of content.children) if (part.id) shown.set(part.id, markup(part));
}

// What a part is, but for how fresh it is: that changes all the time and is shown by itself.
function markup(part) {
  const copy = part.cloneNode(true);
  copy.querySelector('#freshness')?.replaceChildren();
  copy.querySelector('#freshness')?.removeAttribute('title');
  return copy.outerHTML;
}

// Replaces the parts that differ, and keeps what the viewer has opened, chosen or scrolled.
function show(content, whole) {
  const fresh = content.querySelector('#freshness');
  const old = main.querySelector('#freshness');
  if (fresh && old && !whole) {
    old.className = fresh.className;
    old.title = fresh.title;
    if (old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
  }
  const same = [...content.children].map(part => part.id).join() === [...main.children].map(part => part.id).join();
  if (whole || !same) {
    const opened = [...main.querySelectorAll('details.as-table[open]')].map(pathOf);
    const checked = [...main.querySelectorAll('[data-keep]:checked')].map(box => box.dataset.keep);
    shown.clear();
    remember(content);
    main.replaceChildren(...content.childNodes);
    for (const path of opened) at(path)?.setAttribute('open', '');
    for (const name of checked) for (const box of main.querySelectorAll(`[data-keep="${name}"]`)) box.checked = true;
    enhance(main);
    return;
  }
  for (const part of [...content.children]) {
    const current = document.getElementById(part.id);
    if (!part.id || shown.get(part.id) === markup(part) || current.querySelector('details[data-menu][open]')) continue;
    shown.set(part.id, markup(part));
    const focus = current.contains(document.activeElement) ? pathOf(document.activeElement) : null;
    const opened = [...current.querySelectorAll('details.as-table[open]')].map(pathOf);
    const scrolled = [...current.querySelectorAll('.scroll')].map(box => [box.scrollLeft, box.scrollTop]);
    const checked = [...current.querySelectorAll('[data-keep]:checked')].map(box => box.dataset.keep);
    current.replaceWith(part);
    for (const path of opened) at(path)?.setAttribute('open', '');
    for (const name of checked) for (const box of part.querySelectorAll(`[data-keep="${name}"]`)) box.checked = true;
    part.querySelectorAll('.scroll').forEach((box, index) => box.scrollTo(...(scrolled[index] ?? [0, 0])));
    if (focus) at(focus)?.focus({ preventScroll: true });
    enhance(part);
  }
  document.dispatchEvent(new Event('usage:shown'));
}

function pathOf(element) {
  const path = [];
  if (!main.contains(element)) return null;
  for (let at = element; at !== main; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}

function at(path) {
  let element = main;
  for (const index of path) element = element?.children[index];
  return element;
}

// --- Live ---------------------------------------------------------------------------------------------------------------

const pause = 1000;
let known = main.dataset.version;

function listen() {
  if (!main.dataset.events || events || document.hidden) return;
  events = new EventSource(main.dataset.events);
  // The first event of a connection has the version that there is now, so that nothing is missed between two.
  events.addEventListener('changed', event => {
    if (event.data !== known) refreshSoon();
    known = event.data;
  });
  events.addEventListener('error', () => {
    if (events?.readyState !== EventSource.CLOSED) return;
    events = null;
    // Refused, such as when the session is over: reading the page again tells.
    refreshSoon();
    setTimeout(listen, 5000 + Math.random() * 5000);
  });
}

function hush() {
  events?.close();
  events = null;
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(0, refreshAt + pause - Date.now()));
}

async function refresh() {
  const parts = main.dataset.parts;
  // What a viewer asks for goes first, and brings what is new.
  if (!parts || isNavigating) return;
  const mine = start();
  const content = await load(new URL(parts, location.href), null, mine);
  refreshAt = Date.now();
  if (content && parts === main.dataset.parts) show(content, false);
}

// A page that could not be read again says so. Where the session is over, loading it anew has the viewer sign in, or the host does so by itself.
function lost(status) {
  known = undefined;
  if (status === '401' && performance.now() > 10_000) return location.reload();
  const badge = main.querySelector('#freshness');
  if (!badge) return;
  badge.className = 'fresh behind';
  badge.textContent = status === '401' ? 'Signed out' : 'Not updating';
  badge.title = 'The page could not be read again. It tries anew with the next change; loading it again says more.';
}

if (main.dataset.every) setInterval(() => document.hidden || refresh(), Number(main.dataset.every));
document.addEventListener('visibilitychange', () => document.hidden ? hush() : listen());
addEventListener('pagehide', hush);
addEventListener('pageshow', listen);
listen();

// --- Comforts -----------------------------------------------------------------------------------------------------------

function enhance(root) {
  for (const button of root.querySelectorAll('[data-copy]')) button.hidden = false;
  const offer = root.querySelector('[data-browser-zone]');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (offer && zone) {
    const url = new URL(offer.getAttribute('href'), location.href);
    url.searchParams.set('tz', zone);
    offer.setAttribute('href', url.href);
    offer.textContent = `Use this browser’s: ${zone.replaceAll('_', ' ')}`;
    offer.hidden = false;
  }
}

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (button) {
    await navigator.clipboard?.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  }
  for (const menu of document.querySelectorAll('details[data-menu][open]')) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

document.addEventListener('focusin', async event => {
  const list = event.target.list;
  if (!list?.dataset.zones || list.children.length) return;
  const response = await fetch(list.dataset.zones, { redirect: 'error' }).catch(() => null);
  if (!response?.ok) return;
  list.append(...(await response.text()).split('\n').map(name => Object.assign(document.createElement('option'), { value: name })));
});

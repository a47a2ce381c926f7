// The worker of the app on the home screen. It keeps what the empty page to write
// on is made of, and nothing else: no page with anybody's words, no answer to a
// question, no file. Pages come from the network; without one, the empty page
// comes instead. What waits to be sent goes out from here when the network is back.
'use strict';
const ROOT = new URL(self.registration.scope).pathname.replace(/\/$/, '');
const OURS = 'xinshu:' + ROOT + ':', KEPT = OURS + BUILD; // another installation on this host keeps its own

async function shellIn(cache) {
  return (await cache.keys()).find((r) => new URL(r.url).pathname === ROOT + '/offline');
}
// keep takes everything or nothing, without the session: nobody is in it.
async function keep(address) {
  const cache = await caches.open(KEPT);
  if (await cache.match(address)) return;
  const all = await Promise.all(SHELL.map((name) => ROOT + name).concat(address).map(async (name) => {
    const answer = await fetch(name, { credentials: 'omit', cache: name === address ? 'no-store' : 'default' });
    if (!answer.ok || answer.redirected) throw new Error(name + ': ' + answer.status);
    return [name, answer];
  }));
  const before = await shellIn(cache);
  for (const [name, answer] of all) await cache.put(name, answer);
  if (before) await cache.delete(before);
}
async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(OURS)) await caches.delete(name);
}

// A new build brings what the old one kept, then takes its place at once: pages
// that are open have all their scripts, and only the next one comes from it.
self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      const shell = name.startsWith(OURS) && name !== KEPT && await shellIn(await caches.open(name));
      if (shell) await keep(shell.url);
    }
    await self.skipWaiting();
  })());
});
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});
self.addEventListener('message', (event) => {
  if (event.data && event.data.keep) event.waitUntil(keep(ROOT + '/offline?' + new URLSearchParams(event.data.keep)).catch(() => null)); // no room, no network: the next page asks again
});

const files = /\/(attachments|api|files|export|evidence|static)(\/|$)/; // to be saved, not to be looked at
self.addEventListener('fetch', (event) => {
  const request = event.request, to = new URL(request.url);
  if (to.origin !== self.location.origin || !to.pathname.startsWith(ROOT + '/')) return;
  const path = to.pathname.slice(ROOT.length);
  if (request.method === 'POST' && path === '/sign-out') { event.waitUntil(forget()); return; }
  if (request.method !== 'GET') return;
  if (SHELL.includes(path)) {
    event.respondWith((async () => (await caches.match(request.url)) || fetch(request))());
    return;
  }
  if (request.mode === 'navigate' && !files.test(path) && !to.searchParams.has('format')) event.respondWith(page(request));
});
async function page(request) {
  try {
    return await fetch(request);
  } catch (e) {
    const cache = await caches.open(KEPT), shell = await shellIn(cache);
    if (shell) return cache.match(shell);
    const words = Object.keys(SAID).map((lang) => '<p lang="' + lang + '">' + SAID[lang] + '</p>').join('');
    return new Response('<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>' + ROOT + '</title>' + words,
      { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'" } });
  }
}

// ---- what waits: a copy of it that outbox.js puts here
function rows(mode, work) {
  return new Promise((done, failed) => {
    const open = indexedDB.open('xinshu:' + ROOT, 1);
    open.onupgradeneeded = () => open.result.createObjectStore('out', { keyPath: 'id' });
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
      const way = open.result.transaction('out', mode), asked = work(way.objectStore('out'));
      way.oncomplete = () => { open.result.close(); done(asked.result); };
      way.onabort = way.onerror = () => { open.result.close(); failed(way.error); };
    };
  });
}
async function sendAll() {
  const waiting = await rows('readonly', (out) => out.getAll());
  if (!waiting.length) return;
  const asked = await fetch(ROOT + '/session', { credentials: 'same-origin', cache: 'no-store' });
  if (asked.status === 204) return; // signed out: a page will ask for it
  if (!asked.ok) throw new Error(String(asked.status));
  const session = await asked.json();
  for (const row of waiting) {
    if (row.me !== session.me) continue; // another person's, who will come back
    const form = new URLSearchParams();
    for (const name of Object.keys(row.fields)) for (const v of [].concat(row.fields[name])) form.append(name, v);
    const answer = await fetch(ROOT + '/items/send', { method: 'POST', body: form, credentials: 'same-origin', headers: { 'X-Form-Token': session.token, 'HX-Request': 'true' } });
    if (answer.status >= 500 || answer.status === 429 || answer.status === 403) throw new Error(String(answer.status)); // again later
    await rows('readwrite', (out) => out.delete(row.id)); // sent, or refused: the page then asks once more and says why
    for (const open of await self.clients.matchAll()) open.postMessage({ went: row.key });
  }
}
self.addEventListener('sync', (event) => { if (event.tag === 'xinshu-send') event.waitUntil(sendAll()); });

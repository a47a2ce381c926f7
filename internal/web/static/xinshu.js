// Keys, live lengths, autosave, one press per button. Every page works without
// this file; it runs from Chrome 80 on.
(function () {
  'use strict';
  var body = document.body;
  // Where the site begins: behind a proxy it may live below a path.
  var root = document.currentScript ? new URL(document.currentScript.src).pathname.replace(/\/static\/.*$/, '') : '';
  var token = body.dataset.token || '';
  // What stays on this device belongs to one person: the next one who signs in
  // here is not offered it.
  var mine = 'xinshu:' + (body.dataset.me || '') + ':';
  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  function all(selector, root) { return (root || document).querySelectorAll(selector); }
  function say(text, values) {
    // {n} is a value, {n|one|many} the word that goes with it
    return (text || '').replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, function (_, k, one, many) {
      return one === undefined ? values[k] : String(values[k]) === '1' ? one : many;
    });
  }
  function clock() {
    var d = new Date();
    return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2);
  }

  // On a telephone the menu is longer than the screen: where one is comes in sight.
  var here = document.querySelector('.x-nav [aria-current]');
  if (here) here.parentNode.scrollLeft = here.getBoundingClientRect().left - here.parentNode.getBoundingClientRect().left - 48;

  // Lengths as the desk counts them: characters without white space.
  function count(s) { return Array.from(s.replace(/\s/g, '')).length; }
  each(all('[data-length]'), function (field) {
    var shown = document.querySelector('[data-count="' + field.id + '"]');
    var most = Number(field.dataset.length);
    if (!shown) return;
    function show() {
      var n = count(field.value);
      shown.textContent = say(body.dataset.chars, { n: n });
      shown.classList.toggle('x-bad', n > most);
    }
    field.addEventListener('input', show);
    show();
  });

  // One press per form. The pressed button stays enabled until the form is on
  // its way, so that its name and value go with it.
  each(all('form[method="post"]'), function (form) {
    form.addEventListener('submit', function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = '1';
      setTimeout(function () {
        each(all('button', form), function (b) { b.setAttribute('aria-disabled', 'true'); });
      }, 0);
    });
  });
  function free(form) {
    delete form.dataset.sent;
    setTimeout(function () {
      each(all('button[aria-disabled="true"]:not([aria-describedby])', form), function (b) { b.removeAttribute('aria-disabled'); });
    }, 1); // after they were locked
  }
  window.addEventListener('pageshow', function () { each(all('form[data-sent]'), free); });

  // Autosave: to the server when the text has a place there, else to this
  // device; to this device also when the network is gone.
  function keep(form) {
    var place = form.dataset.autosave, key = mine + (place || form.dataset.local);
    var note = document.querySelector('[data-autosaved]');
    var title = form.elements.title, text = form.elements.body, base = form.elements.base;
    if (!title || !text) return;
    var last = title.value + '\n' + text.value, timer = 0, pressed = null;
    function now() { return title.value + '\n' + text.value; }
    function tell(words, bad) {
      if (!note) return;
      note.textContent = words;
      note.className = bad ? 'x-warn' : 'x-ok';
    }
    function local() {
      try { localStorage.setItem(key, JSON.stringify({ title: title.value, body: text.value, at: Date.now() })); } catch (e) { return false; }
      return true;
    }
    function send() {
      var fields = new URLSearchParams();
      fields.set('title', title.value); fields.set('body', text.value); fields.set('base', base ? base.value : '0');
      return fetch(place, { method: 'POST', headers: { 'X-Form-Token': token }, body: fields, credentials: 'same-origin' });
    }
    function away() { // asked again until the network is back
      local();
      tell(body.dataset.offline, true);
      if (!timer) timer = setTimeout(save, 5000);
    }
    function save() {
      timer = 0;
      var sent = now();
      if (sent === last || form.dataset.sent) return;
      if (!place) {
        if (local()) { last = sent; tell(say(body.dataset.saved, { clock: clock() })); }
        return;
      }
      send().then(function (r) {
        if (!r.ok) {
          var here = document.getElementById('here');
          local();
          tell(r.status === 403 && here && here.dataset.expired || body.dataset.offline, true);
          return;
        }
        last = sent;
        tell(say(body.dataset.saved, { clock: clock() }));
        try { localStorage.removeItem(key); } catch (e) { return; }
      }, away);
    }
    function later() { if (!timer) timer = setTimeout(save, 4000); }
    form.addEventListener('input', later);
    form.addEventListener('click', function (event) { var b = event.target.closest('button[name]'); if (b) pressed = b; });
    form.addEventListener('submit', function (event) {
      clearTimeout(timer);
      timer = 0;
      local(); // until the server has it; cleared where it shows up
      try { sessionStorage.setItem(mine + 'sent', key); } catch (e) { /* it is offered once more */ }
      if (!place || event.defaultPrevented) return;
      // Asked first whether anybody is there: without a network the browser's own
      // page would take the place of this one and of all that is typed in it.
      event.preventDefault();
      send().then(function () {
        var does = document.createElement('input');
        does.type = 'hidden';
        if (pressed) { does.name = pressed.name; does.value = pressed.value; }
        form.appendChild(does);
        form.submit();
        does.remove(); // one may come back to this page and press another
      }, function () {
        free(form);
        away();
        if (note) note.scrollIntoView({ block: 'center' });
      });
    });
    window.addEventListener('online', save);
    window.addEventListener('pagehide', function () { if (now() !== last) local(); });
    offer(form, key, title, text);
  }
  function offer(form, key, title, text) {
    var kept;
    try { kept = JSON.parse(localStorage.getItem(key) || 'null'); } catch (e) { kept = null; }
    if (!kept || (kept.title === title.value && kept.body === text.value) || document.getElementById('problem')) return;
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'x-linkbtn x-note x-mt3';
    button.textContent = body.dataset.restore;
    button.addEventListener('click', function () {
      title.value = kept.title; text.value = kept.body;
      title.dispatchEvent(new Event('input', { bubbles: true }));
      text.dispatchEvent(new Event('input', { bubbles: true }));
      button.remove();
    });
    form.insertBefore(button, form.firstChild);
  }
  each(all('form[data-autosave], form[data-local]'), keep);
  if (document.querySelector('.x-note--done') && location.pathname !== root + '/items/new') {
    try { localStorage.removeItem(mine + location.pathname.slice(root.length) + '/autosave'); localStorage.removeItem(mine + 'new-item'); localStorage.removeItem(mine + 'file-for'); localStorage.removeItem(sessionStorage.getItem(mine + 'sent') || ''); sessionStorage.removeItem(mine + 'sent'); } catch (e) { /* no storage, nothing kept */ }
  }

  // The app on the home screen. Whoever signs in is remembered here until he signs
  // out, so that he can write without a network; the worker that opens the page
  // then is there where the connection is safe.
  var door = 'xinshu:who:' + root;
  try {
    if (body.dataset.who && localStorage.getItem(door) !== body.dataset.who) localStorage.setItem(door, body.dataset.who);
  } catch (e) { /* no storage, no writing without a network */ }
  each(all('form[action$="/sign-out"]'), function (form) {
    form.addEventListener('submit', function () { try { localStorage.removeItem(door); } catch (e) { return; } });
  });
  if (body.dataset.me && window.isSecureContext && navigator.serviceWorker) {
    window.addEventListener('load', function () {
      var worker = navigator.serviceWorker, html = document.documentElement;
      worker.register(root + '/sw.js', { scope: root + '/', updateViaCache: 'none' }).then(function () { return worker.ready; }).then(function (r) {
        r.active.postMessage({ keep: { lang: html.lang, theme: html.dataset.theme || '', size: html.dataset.size || '' } });
      }).catch(function () { /* not allowed here: the pages work without it */ });
      if (navigator.storage && navigator.storage.persist && matchMedia('(display-mode: standalone)').matches) navigator.storage.persist();
    });
  }
  // At the door: what waits for him who was here last.
  var waits = document.getElementById('waits');
  if (waits) {
    try {
      var known = JSON.parse(localStorage.getItem(door) || 'null'), n = 0;
      Object.keys(localStorage).forEach(function (k) { if (known && k.indexOf('xinshu:' + known.me + ':write:') === 0 && JSON.parse(localStorage.getItem(k)).send) n++; });
      if (n) { waits.hidden = false; waits.textContent = say(waits.dataset.words, { n: n, name: known.name }); }
    } catch (e) { /* no storage, nothing waits */ }
  }

  // What went wrong comes first, also for those who do not see it. Once a field is
  // being put right what is said of it stays, but no longer in red.
  var problem = document.getElementById('problem');
  if (problem) problem.focus();
  function mending(event) {
    var field = event.target.closest && event.target.closest('.x-field--bad'), form = event.target.form;
    if (field) {
      field.classList.remove('x-field--bad');
      field.classList.add('x-field--mended');
      each(all('.x-field__error', field), function (e) { e.classList.add('is-quiet'); });
      each(all('[aria-invalid]', field), function (e) { e.removeAttribute('aria-invalid'); });
      each(all('#problem a[href^="#"]'), function (a) { if (field.id === a.hash.slice(1) || field.querySelector('[id="' + a.hash.slice(1) + '"]')) a.classList.add('is-mended'); });
    }
    if (problem && (form && form.hasAttribute('data-mends') || problem.querySelector('.is-mended') && !problem.querySelector('a:not(.is-mended)'))) problem.classList.add('is-quiet');
  }
  document.addEventListener('input', mending);
  document.addEventListener('change', mending);

  // Ticked rows.
  each(all('form[data-picks]'), function (form) {
    var shown = form.querySelector('[data-picked]'), empty = shown ? shown.textContent : '';
    form.addEventListener('change', function () {
      var n = all('[data-row] input:checked', form).length;
      if (shown) shown.textContent = n ? say(shown.dataset.picked, { n: n }) : empty;
      each(all('[data-row]', form), function (row) {
        var box = row.querySelector('input[type=checkbox]');
        row.classList.toggle('is-picked', !!box && box.checked);
      });
    });
  });

  // Keys: letters only outside fields, never with a modifier.
  var rows = all('[data-row]'), at = -1;
  function move(step) {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove('is-cursor');
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].classList.add('is-cursor');
    var link = rows[at].querySelector('a');
    if (link) link.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: 'nearest' });
  }
  document.addEventListener('keydown', function (event) {
    var t = event.target;
    if (event.key === 'Escape') {
      if (location.hash) location.hash = '';
      each(all('details.x-more[open]'), function (d) { d.open = false; });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (t.closest && t.closest('input:not([type=checkbox]), textarea, select')) return;
    var key = event.key.toLowerCase();
    if (key === '?') { if (document.getElementById('keys')) location.hash = 'keys'; return; }
    if (location.hash === '#keys') return;
    if (key === 'j') { move(1); return; }
    if (key === 'k') { move(-1); return; }
    if (key === ' ' && at >= 0 && t.tagName !== 'BUTTON' && t.tagName !== 'INPUT') {
      var box = rows[at].querySelector('input[type=checkbox]');
      if (box) { box.click(); event.preventDefault(); }
      return;
    }
    if (key === '/') {
      var find = document.querySelector('input[type=search]');
      if (find) find.focus(); else location.href = root + '/search';
      event.preventDefault();
      return;
    }
    if (key.length === 1) {
      var button = document.querySelector('[data-key="' + (/[a-z]/.test(key) ? key : '') + '"]');
      if (button) {
        button.click();
        event.preventDefault();
        if (button.tagName === 'SUMMARY' && button.parentNode.open) { // one writes there next
          var first = button.parentNode.querySelector('input:not([type=hidden]), select, textarea');
          (first || button).focus();
        }
      }
    }
  });

  // A dialog takes the focus, keeps it, and gives it back to where it came from.
  // Going to an anchor takes the focus away before anybody is told of it, so the
  // last place is remembered as it is reached.
  var from = null, shown = false;
  document.addEventListener('focusin', function (event) { if (!dialog()) from = event.target; });
  function dialog() {
    var open = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    return open && open.classList.contains('x-dialog') ? open : null;
  }
  function stops(box) { return all('a[href], button:not([disabled]), input:not([type=hidden]), select, textarea', box); }
  function turned() {
    var open = dialog();
    if (open) {
      shown = true;
      // What cannot be undone is not done by the key that only opened the question.
      var first = open.querySelector('.x-dialog__box--grave') || stops(open)[0];
      if (first && first.classList.contains('x-dialog__box')) first.setAttribute('tabindex', '-1');
      if (first) first.focus();
    } else if (shown) {
      shown = false;
      if (from && document.contains(from)) from.focus();
    }
  }
  window.addEventListener('hashchange', turned);
  document.addEventListener('keydown', function (event) {
    var open = event.key === 'Tab' && dialog();
    if (!open) return;
    var list = stops(open), last = list[list.length - 1];
    var edge = event.shiftKey ? list[0] : last;
    var now = document.activeElement;
    if (now === edge || !open.contains(now) || event.shiftKey && now.contains(list[0])) {
      (event.shiftKey ? last : list[0]).focus();
      event.preventDefault();
    }
  });

  // A menu closes when one looks elsewhere.
  document.addEventListener('click', function (event) {
    each(all('details.x-more[open]'), function (d) { if (!d.contains(event.target)) d.open = false; });
  });
})();

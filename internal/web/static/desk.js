// The editing desk: keys walk along the changes, an answer swaps the page's work
// in place and goes on to the next change, the page tells who else is here.
(function () {
  'use strict';
  var body = document.body, at = -1;
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function changes() { return all('#work [data-change]'); }
  function show(i, quiet) {
    var list = changes();
    list.forEach(function (c) { c.classList.remove('is-now'); });
    if (!list.length) { at = -1; return false; }
    at = Math.max(0, Math.min(list.length - 1, i));
    list[at].classList.add('is-now');
    list[at].focus({ preventScroll: true });
    if (!quiet) list[at].scrollIntoView({ block: 'center' });
    return true;
  }
  function answer(verb) {
    var now = changes()[at];
    if (!now) return;
    var forms = all('form[hx-boost]').filter(function (f) {
      var ids = all('input[name="change"]', f);
      return ids.length && ids.some(function (i) { return i.value === now.dataset.change; });
    });
    // the form of this change alone, else the one of its group
    forms.sort(function (a, b) { return all('input[name="change"]', a).length - all('input[name="change"]', b).length; });
    var button = forms[0] && forms[0].querySelector('button[value="' + verb + '"]');
    if (button) button.click();
  }
  function comment() {
    var box = document.getElementById('talk-new'), text = document.getElementById('f-text');
    if (!box || !text) return;
    var chosen = window.getSelection(), words = chosen ? String(chosen).trim() : '';
    var from = words ? chosen.anchorNode : changes()[at];
    if (from && from.nodeType !== 1) from = from.parentNode;
    var para = from && from.closest ? from.closest('[data-para]') : null;
    box.open = true;
    if (para && Number(para.dataset.para) >= 0) {
      document.getElementById('f-para').value = para.dataset.para;
      document.getElementById('f-quote').value = words.indexOf('\n') < 0 && words.length <= 200 ? words : '';
    }
    box.scrollIntoView({ block: 'center' }); // clear of the bar at the foot
    text.focus({ preventScroll: true });
  }
  // Before xinshu.js hears of it: on this page J and K are the changes'.
  document.addEventListener('keydown', function (event) {
    var t = event.target;
    if (!document.getElementById('work') || location.hash === '#keys') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (t.closest && t.closest('input, textarea, select')) return;
    var key = event.key.toLowerCase(), did = true;
    if (key === 'j') show(at + 1);
    else if (key === 'k') show(at - 1);
    else if (key === 'y' && at >= 0) answer('accept');
    else if (key === 'n' && at >= 0) answer('reject');
    else if (key === 'c') comment();
    else did = false;
    if (did) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  document.addEventListener('click', function (event) {
    var step = event.target.closest && event.target.closest('[data-step]');
    if (step) { show(at + Number(step.dataset.step)); return; }
    var change = event.target.closest && event.target.closest('[data-change]');
    if (change) show(changes().indexOf(change), true);
  });

  body.addEventListener('htmx:configRequest', function (event) {
    event.detail.headers['X-Form-Token'] = body.dataset.token || '';
  });
  // A refusal is a page, too: it says why and shows how things stand.
  body.addEventListener('htmx:beforeSwap', function (event) {
    var d = event.detail, status = d.xhr.status;
    if (d.target.id === 'here') {
      if (status === 403) d.target.textContent = d.target.dataset.expired || '';
      return;
    }
    if (status === 403 && !/id="work"/.test(d.xhr.responseText)) {
      var here = document.getElementById('here');
      if (here) { here.textContent = here.dataset.expired || ''; here.scrollIntoView({ block: 'center' }); }
      return;
    }
    if (status === 403 || status === 409 || status === 422) { d.shouldSwap = true; d.isError = false; }
  });
  body.addEventListener('htmx:sendError', function (event) {
    if (event.detail.target && event.detail.target.id === 'here') return;
    var here = document.getElementById('here');
    if (here) { here.textContent = body.dataset.offline; here.scrollIntoView({ block: 'center' }); }
  });
  var opened = [];
  body.addEventListener('htmx:beforeRequest', function (event) {
    if (event.detail.target.id !== 'work') return;
    var form = event.detail.elt, ids = all('input[name="change"]', form);
    if (ids.length) {
      var first = changes().map(function (c) { return c.dataset.change; }).indexOf(ids[0].value);
      if (first >= 0) at = first;
    }
    opened = all('#work textarea').filter(function (f) { return f.value && !form.contains(f); }).map(function (f) { return [f.id, f.value]; });
  });
  body.addEventListener('htmx:afterSettle', function (event) {
    if (event.detail.target.id !== 'work' && !(event.detail.elt && event.detail.elt.id === 'work')) return;
    opened.forEach(function (o) { // what was being typed elsewhere on the page stays
      var f = document.getElementById(o[0]);
      if (!f) return;
      f.value = o[1];
      for (var d = f.closest('details'); d; d = d.parentNode.closest('details')) d.open = true;
    });
    all('main > .x-note--done, main > #problem').forEach(function (old) { old.remove(); }); // of what was done before
    var problem = document.getElementById('problem');
    if (problem) { problem.focus(); return; }
    if (at >= 0 && show(at)) return;
    at = -1;
    var head = document.querySelector('#answer, #talk, h1');
    if (head) { head.setAttribute('tabindex', '-1'); head.focus({ preventScroll: true }); }
  });
})();

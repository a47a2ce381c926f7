// The issue composer: order by keys and by drag, the chosen text marked on the
// sheet. Without this file every step is a button and the sheet is the same.
(function () {
  'use strict';
  var box = document.getElementById('composer');
  if (!box || !window.htmx) return;
  var live = document.getElementById('live'), chosen = '';
  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  function all(selector, root) { return (root || document).querySelectorAll(selector); }
  function rows() { return all('#composer [data-row]'); }
  function row() { return chosen ? document.getElementById('p-' + chosen) : null; }

  // The cursor stands on one text, and so does the mark on the sheet. Only the
  // sheet's own box scrolls for it.
  function choose(id, focus) {
    chosen = id;
    each(rows(), function (r) { r.classList.toggle('is-cursor', r.dataset.id === id); });
    each(all('.x-proof__item'), function (x) { x.classList.toggle('is-chosen', x.id === 'x-' + id); });
    var on = document.getElementById('x-' + id), proof = document.getElementById('proof');
    if (on && proof && proof.scrollHeight > proof.clientHeight) {
      proof.scrollTop += on.getBoundingClientRect().top - proof.getBoundingClientRect().top - 24;
    }
    if (focus && row()) {
      row().querySelector('a').focus({ preventScroll: true });
      row().scrollIntoView({ block: 'nearest' });
    }
  }
  function step(by) {
    var list = Array.prototype.slice.call(rows());
    if (!list.length) return;
    var at = list.indexOf(row());
    choose(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))].dataset.id, true);
  }
  document.addEventListener('keydown', function (event) {
    var t = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || location.hash === '#keys') return;
    if (t.closest && t.closest('input, textarea, select')) return;
    var key = event.key.toLowerCase();
    if (key === 'j' || key === 'k') {
      if (!event.shiftKey) step(key === 'j' ? 1 : -1);
      else if (row()) {
        var button = row().querySelector(key === 'j' ? '[data-down]' : '[data-up]');
        if (button && !button.disabled) button.click();
      }
    } else if (key === 'c' && row()) {
      var menu = row().querySelector('details');
      menu.open = true;
      menu.querySelector('button').focus();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the page's own J and K do not know of moved rows
  }, true);
  document.addEventListener('focusin', function (event) {
    var r = event.target.closest && event.target.closest('#composer [data-row]');
    if (r && r.dataset.id !== chosen) choose(r.dataset.id);
  });
  document.addEventListener('click', function (event) {
    var x = event.target.closest && event.target.closest('#composer .x-proof__item');
    if (x) choose(x.id.slice(2));
  });

  // A text that is dropped is sent where it lies, by the form it brings along.
  function dropped(event) {
    var item = event.item, list = event.to, form = item.querySelector('form');
    if (!list.dataset.column && event.from === list) return; // about in the tray
    var next = item.nextElementSibling, values = { form_token: document.body.dataset.token };
    if (list.dataset.column) {
      values.issue = form.elements.issue.value;
      values.column = list.dataset.column;
      values.before = next ? next.dataset.id : '';
    } else {
      values.of = form.elements.issue.value;
    }
    chosen = item.dataset.id;
    window.htmx.ajax('POST', form.getAttribute('action'), { target: '#composer', swap: 'outerHTML settle:0ms', values: values });
  }
  function begin() {
    box = document.getElementById('composer');
    box.classList.add('is-live');
    each(all('.x-slots', box), function (list) {
      var tray = 'tray' in list.dataset, offers = 'offers' in list.dataset;
      window.Sortable.create(list, {
        group: { name: 'issue', put: !offers }, sort: !tray && !offers, draggable: '[data-id]', animation: 120, forceFallback: true,
        handle: tray || offers ? undefined : '.x-grip', filter: 'select, button, input, label', preventOnFilter: false,
        delay: 150, delayOnTouchOnly: true, onEnd: dropped
      });
    });
    if (chosen) choose(chosen);
  }
  // Where a list loses the row one was at, the next one has its place.
  var lists = ['#composer [data-tray] .x-placeform button', '#composer [data-offers] .x-placeform button', '#composer [data-row] .x-row__title'], left = null;
  document.addEventListener('htmx:beforeSwap', function () {
    var e = document.activeElement;
    if (!box.contains(e)) return;
    var slot = e.closest('[data-id]');
    left = null;
    lists.forEach(function (list) {
      each(all(list), function (x, i) { if (slot && slot.contains(x)) left = { list: list, at: i }; });
    });
  });
  function back() {
    if (document.activeElement && document.activeElement !== document.body) return;
    if (row() && !(left && /place/.test(left.list))) { choose(chosen, true); return; }
    [left && left.list].concat(lists).some(function (list) {
      var found = list ? all(list) : [];
      if (found.length) found[Math.min(left ? left.at : 0, found.length - 1)].focus({ preventScroll: true });
      return found.length > 0;
    });
  }
  document.addEventListener('htmx:afterSettle', function (event) {
    if (event.detail.elt.id !== 'composer' && event.detail.target.id !== 'composer') return;
    begin();
    if (live) live.textContent = box.dataset.said || '';
    var problem = box.querySelector('#problem');
    if (problem) problem.focus();
    else back();
  });
  begin();
})();

// The composite builder: paragraphs by keys and by drag. Without this file every
// step is a button of the form.
(function () {
  'use strict';
  if (!document.getElementById('merge') || !window.htmx) return;
  var here = ''; // the paragraph in which the cursor is
  function form() { return document.getElementById('merge'); }
  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  // What a button of the form says, said without one.
  function say(what, at) {
    var f = form(), values = {};
    f.elements.at.value = at;
    values['do'] = what;
    window.htmx.ajax('POST', f.getAttribute('action'), { source: f, target: '#merge', swap: 'outerHTML settle:0ms', values: values });
  }
  function fit(t) { // by rows: a style would not survive the policy when a part is put in
    var line = parseFloat(getComputedStyle(t).lineHeight) || 30;
    t.rows = 2;
    t.rows = Math.max(2, Math.ceil((t.scrollHeight - 12) / line));
  }
  document.addEventListener('focusin', function (event) {
    var p = event.target.closest && event.target.closest('[data-para]');
    if (!p || !form()) return;
    here = p.dataset.para;
    form().elements.at.value = here;
    each(form().querySelectorAll('[data-para]'), function (x) { x.classList.toggle('is-cursor', x === p); });
  });
  document.addEventListener('keydown', function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing || !form()) return;
    var p = event.target.closest && event.target.closest('[data-para]'), button = null;
    if (event.key === 'ArrowUp' && p) button = document.getElementById('up-' + p.dataset.para);
    else if (event.key === 'ArrowDown' && p) button = document.getElementById('down-' + p.dataset.para);
    else if (event.key === 'ArrowRight') {
      var left = event.target.closest && event.target.closest('[data-take]');
      button = (left || form().querySelector('[data-take].is-unused') || form()).querySelector('button[value^="take:"]');
    } else return;
    event.preventDefault();
    if (button && !button.disabled) { form().elements.at.value = here; button.click(); }
  });
  document.addEventListener('input', function (event) {
    if (event.target.classList.contains('x-comp__t')) fit(event.target);
    if (event.target.name === 'share') form().querySelector('input[name="shares"][value="own"]').checked = true;
  });
  document.addEventListener('change', function (event) {
    if (event.target.name === 'shares' && event.target.value !== 'own' || event.target.name === 'm') say('still', here);
  });
  function begin() {
    var f = form();
    f.classList.add('is-live');
    each(f.querySelectorAll('.x-comp__t'), fit);
    var drag = { forceFallback: true, animation: 120, delay: 150, delayOnTouchOnly: true };
    each(f.querySelectorAll('.x-srclist'), function (list) {
      window.Sortable.create(list, Object.assign({ group: { name: 'paras', pull: 'clone', put: false }, sort: false, draggable: '[data-take]', filter: 'button', preventOnFilter: false }, drag));
    });
    window.Sortable.create(document.getElementById('paras'), Object.assign({
      group: { name: 'paras' }, handle: '.x-grip', draggable: '[data-para], [data-take]',
      onAdd: function (event) {
        var before = event.item.previousElementSibling, take = event.item.dataset.take;
        event.item.remove();
        say('take:' + take, before ? before.dataset.para : '^');
      },
      onUpdate: function (event) { here = event.item.dataset.para; say('still', here); }
    }, drag));
    var now = f.querySelector('[data-now]');
    if (now) now.focus();
  }
  // Whoever is no longer signed in sends the form as without a script: what he
  // wrote goes along through the door.
  document.addEventListener('htmx:beforeSwap', function (event) {
    var d = event.detail, f = form();
    if (d.xhr.status !== 403 || !f || d.requestConfig.elt !== f || /id="merge"/.test(d.xhr.responseText)) return;
    d.shouldSwap = false;
    var what = document.createElement('input');
    what.type = 'hidden'; what.name = 'do'; what.value = d.requestConfig.parameters['do'] || 'still';
    f.appendChild(what);
    f.submit();
  });
  // The focus stays where it was, though the whole form is new: on the same button,
  // else in the same row, else in the same paragraph.
  var left = null;
  document.addEventListener('htmx:beforeSwap', function () {
    var e = document.activeElement, row = e && e.closest('#figures tr');
    left = form() && form().contains(e) ? { id: e.id, name: e.name, value: e.value, row: row ? row.id : '' } : left;
  });
  function back() {
    var f = form(), e = document.activeElement;
    if (!left || (e && e !== document.body)) return;
    var row = left.row && document.getElementById(left.row);
    var same = Array.prototype.filter.call(f.querySelectorAll('button[name="do"]:not(.x-vh)'), function (b) { return left.name === 'do' && b.value === left.value; })[0];
    var para = here && f.querySelector('[data-para="' + here + '"] textarea');
    var to = [left.id && document.getElementById(left.id), same, row && row.querySelector('button, input:not([type=hidden])'), para, f.querySelector('#figures button'), f.querySelector('.x-bar button')];
    to = to.filter(function (x) { return x && !x.disabled; })[0];
    if (to) to.focus({ preventScroll: true });
  }
  document.addEventListener('htmx:afterSettle', function () {
    if (!form() || form().classList.contains('is-live')) return;
    begin();
    var problem = form().querySelector('#problem');
    if (problem) problem.focus();
    else back();
  });
  begin();
})();

// The inbox: a verb without ticks means the row under the cursor; the cursor
// comes back where it was. Runs from Chrome 80 on.
(function () {
  'use strict';
  var form = document.querySelector('form[data-picks]');
  var key = 'xinshu:inbox:' + location.pathname;
  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  if (form) {
    each(form.querySelectorAll('[data-do]'), function (button) {
      button.addEventListener('click', function () {
        if (form.querySelector('[data-row] input:checked')) return;
        var box = form.querySelector('.is-cursor input[type=checkbox]');
        if (box) box.checked = true;
      });
    });
    form.addEventListener('submit', function () {
      var row = form.querySelector('.is-cursor');
      try { if (row) sessionStorage.setItem(key, row.dataset.row); } catch (e) { /* no storage: begin at the top */ }
    });
    // What was ticked when a question came up is ticked still.
    form.dispatchEvent(new Event('change'));
  }
  var ask = document.querySelector('#ask select');
  if (ask) { ask.focus(); return; }
  var was;
  try { was = sessionStorage.getItem(key); sessionStorage.removeItem(key); } catch (e) { was = null; }
  if (was && form) {
    each(form.querySelectorAll('[data-row]'), function (row) {
      var link = row.querySelector('a');
      if (row.dataset.row === was && link) link.focus();
    });
  }
})();

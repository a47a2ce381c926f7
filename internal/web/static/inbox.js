// The inbox: a verb without ticks means the row under the cursor; the cursor
// comes back where it was, or to the next row when that one has left the list.
// Runs from Chrome 80 on.
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
      var rows = Array.prototype.slice.call(form.querySelectorAll('[data-row]'));
      var at = rows.indexOf(form.querySelector('.is-cursor'));
      if (at < 0) return;
      var left = rows.slice(at + 1).concat(rows.slice(0, at).reverse()).filter(function (row) {
        var box = row.querySelector('input[type=checkbox]');
        return !box || !box.checked;
      });
      var back = [rows[at]].concat(left).map(function (row) { return row.dataset.row; });
      try { sessionStorage.setItem(key, back.join(' ')); } catch (e) { /* no storage: begin at the top */ }
    });
    // What was ticked when a question came up is ticked still.
    form.dispatchEvent(new Event('change'));
  }
  var ask = document.querySelector('#ask select');
  if (ask) { ask.focus(); return; }
  var was;
  try { was = sessionStorage.getItem(key); sessionStorage.removeItem(key); } catch (e) { was = null; }
  if (was && form) {
    var here = {};
    each(form.querySelectorAll('[data-row]'), function (row) { here[row.dataset.row] = row.querySelector('a'); });
    was.split(' ').some(function (id) {
      if (here[id]) here[id].focus();
      return here[id];
    });
  }
})();

// A common phrase goes where the words are written; without this file the server
// puts it there. A day is tapped or written down, not both.
(function () {
  'use strict';
  var text = document.getElementById('f-text');
  if (!text) return;
  Array.prototype.forEach.call(document.querySelectorAll('button[name="phrase"]'), function (button) {
    button.addEventListener('click', function (event) {
      event.preventDefault();
      text.value = text.value.trim() + button.value;
      text.dispatchEvent(new Event('input', { bubbles: true }));
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
    });
  });
  var day = document.getElementById('f-due');
  var taps = document.querySelectorAll('input[name="due_on"]');
  if (!day) return;
  day.addEventListener('input', function () {
    Array.prototype.forEach.call(taps, function (tap) { tap.checked = !day.value && !tap.value; });
  });
  Array.prototype.forEach.call(taps, function (tap) {
    tap.addEventListener('change', function () { day.value = ''; });
  });
})();

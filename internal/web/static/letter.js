// Scans beside the form: turned and enlarged by classes; files dropped on the
// page are taken. Runs from Chrome 80 on; without it the pictures stand as they
// are and files are chosen.
(function () {
  'use strict';
  function each(list, fn) { Array.prototype.forEach.call(list, fn); }
  each(document.querySelectorAll('[data-scan]'), function (scan) {
    var tools = scan.querySelector('.x-scan__tools'), picture = scan.querySelector('img'), quarter = 0;
    if (!tools || !picture) return;
    tools.hidden = false;
    tools.querySelector('[data-turn]').addEventListener('click', function () {
      picture.classList.remove('is-turned-' + quarter);
      quarter = (quarter + 1) % 4;
      picture.classList.add('is-turned-' + quarter);
    });
    var zoom = tools.querySelector('[data-zoom]');
    zoom.addEventListener('click', function () {
      zoom.setAttribute('aria-pressed', String(picture.classList.toggle('is-large')));
    });
  });
  var drop = document.querySelector('form[data-drop]');
  if (!drop) return;
  document.addEventListener('dragover', function (event) { event.preventDefault(); drop.classList.add('is-over'); });
  document.addEventListener('dragleave', function () { drop.classList.remove('is-over'); });
  document.addEventListener('drop', function (event) {
    event.preventDefault();
    drop.classList.remove('is-over');
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    drop.elements.file.files = event.dataTransfer.files;
    drop.querySelector('button').click();
  });
})();

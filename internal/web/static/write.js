// The write page: saves while one types, keeps on the device what the server does
// not have, takes files, and sends. Without it the page is an ordinary form.
(function () {
  'use strict';
  var form = document.querySelector('form[data-write]'), box = xinshuOutbox;
  if (!form) return;
  var words = JSON.parse(form.dataset.words), lengths = JSON.parse(form.dataset.lengths);
  var field = form.elements, title = field.namedItem('title'), text = field.namedItem('body');
  var once = field.namedItem('once'), base = field.namedItem('base'), seen = field.namedItem('seen'), picked = field.namedItem('form');
  var item = form.dataset.item, last = form.dataset.last, clock = '', busy = false, leaving = false, away = false;
  var problem = form.dataset.kept === 'problem', shell = !!document.body.dataset.shell, queued = false, went = '';
  if (!item && !problem) once.value = box.mint(); // the page may be an old copy: its key was used
  function id(x) { return document.getElementById(x); }
  function say(key, values) { return (words[key] || '').replace(/\{(\w+)\}/g, function (_, k) { return values && values[k] !== undefined ? values[k] : ''; }); }
  function now() { return title.value + '\n' + text.value; }
  function hhmm(at) { var d = at ? new Date(at) : new Date(); return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2); }
  function size(n) { return n < 1048576 ? Math.max(1, Math.round(n / 1024)) + ' KB' : (n / 1048576).toFixed(1) + ' MB'; }
  function count(s) { return Array.from(s.replace(/\s/g, '')).length; }
  function make(tag, cls, words_) { var e = document.createElement(tag); if (cls) e.className = cls; if (words_) e.textContent = words_; return e; }
  function button(words_, fn) { var b = make('button', 'x-linkbtn', words_); b.type = 'button'; b.addEventListener('click', fn); return b; }
  var acked = problem ? null : now();
  if (shell && !opened()) return;
  // The page without a network is the same for everybody: what it needs to know of
  // its writer lies on this device since he was signed in.
  function opened() {
    var units = box.who ? box.who.units : [], none = id('shell-none'), pick = field.namedItem('unit');
    if (!units.length) {
      none.textContent = box.who ? none.dataset.noUnit : none.dataset.nobody;
      none.hidden = false;
      form.hidden = true;
      return false;
    }
    units.forEach(function (u) { var o = make('option', '', u.name); o.value = u.id; pick.appendChild(o); });
    pick.parentNode.hidden = units.length === 1;
    id('shell-who').textContent = units[0].name + ' · ' + box.who.name;
    return true;
  }

  // ---- what is said about saving
  function tell(words_, kind, more) {
    var note = id('saved');
    note.textContent = words_;
    note.className = kind || '';
    if (more) { note.appendChild(document.createTextNode(' ')); note.appendChild(more); }
  }
  function saved() { tell(say('saved', { clock: clock || hhmm() }), 'x-ok'); }

  // ---- on this device
  function key() { return item || once.value; }
  function snapshot(send) {
    var all = {};
    new FormData(form).forEach(function (v, k) {
      if (typeof v !== 'string' || k === 'form_token' || k === 'base') return;
      all[k] = k in all ? [].concat(all[k], v) : v;
    });
    if (item) all.item = item;
    return { fields: all, base: base.value, at: Date.now(), send: !!send };
  }
  function local() { return box.write(key(), snapshot(queued)); }
  var localTimer = 0;
  function localSoon() {
    if (localTimer) return;
    localTimer = setTimeout(function () { localTimer = 0; if (now() !== acked && !leaving) local(); }, text.value.length > 50000 ? 1500 : 300);
  }

  // ---- to the server
  var timer = 0, retry = 0;
  function later(ms) { if (!timer) timer = setTimeout(function () { timer = 0; save(); }, ms || 2500); }
  function adopt(newItem) {
    var was = key();
    item = newItem;
    form.action = box.root + '/items/' + item + '/edit';
    if (history.replaceState) history.replaceState(null, '', form.action);
    if (was !== item) { var e = box.read(was); box.drop(was); if (e) { e.fields.item = item; box.write(item, e); } }
  }
  function body() {
    var out = new URLSearchParams();
    if (!item) {
      new FormData(form).forEach(function (v, k) { if (typeof v === 'string' && k !== 'form_token') out.append(k, v); });
      return out;
    }
    out.set('title', title.value); out.set('body', text.value); out.set('base', base.value); out.set('last', last);
    return out;
  }
  function tooLong() { return Array.from(title.value).length > 200 || text.value.length > 200000 && Array.from(text.value).length > 200000; }
  // save answers true when the server has what is on the page.
  function save(force) {
    if (busy || leaving) { later(500); return Promise.resolve(false); }
    var sent = now();
    if (sent === acked && !force) return Promise.resolve(true);
    if (tooLong()) { local(); tell(say('refused'), 'x-bad'); return Promise.resolve(false); }
    busy = true;
    var data = body();
    if (force) data.set('file', '1');
    return box.post(item ? '/items/' + item + '/autosave' : '/items/autosave', data).then(function (r) {
      if (r.status === 204) return true;
      if (r.status === 409) return r.json().then(elsewhere);
      if (r.status === 422 || r.status === 413 || r.status === 404 || r.status === 403) { local(); tell(say('refused'), 'x-bad'); return false; }
      if (!r.ok) throw new Error(String(r.status));
      return r.json().then(function (k) {
        if (!item) { adopt(k.item); base.value = seen.value = k.revision; }
        last = String(k.at);
        clock = k.clock;
        acked = sent;
        if (now() === acked) box.drop(key());
        if (k.revision > Number(base.value)) newer(k.revision); else saved();
        if (shell) { reached(true); wholePage(); }
        signedIn();
        return true;
      });
    }).catch(function (e) { lost(e); return false; }).then(function (ok) {
      busy = false;
      if (now() !== acked && !away) later();
      return ok;
    });
  }
  function newer(n) {
    var a = make('a', '', String(n));
    a.href = box.root + '/items/' + item; a.target = '_blank'; a.rel = 'noopener';
    tell(say('newer', { n: n }), 'x-warn', a);
  }
  function elsewhere(said) {
    local();
    tell(say('elsewhere', { clock: said.clock || '' }), 'x-warn', button(words.mine, function () { last = String(said.at || 0); acked = null; later(10); }));
    away = true; // until it is decided
    return false;
  }
  function reached(yes) { if (shell) id('shell-said').hidden = yes; }
  function wholePage() {
    var a = make('a', '', words.whole_page);
    a.href = box.root + '/items/' + item + '/edit';
    id('saved').appendChild(document.createTextNode(' '));
    id('saved').appendChild(a);
  }
  // What is said is what is so: on the server, on this device, or nowhere but here.
  function offline(kept) {
    if (!kept) tell(say('no_room'), 'x-bad');
    else if (!item && !clock) tell(say('offline_first'), 'x-warn');
    else tell(say('offline', { clock: clock || hhmm() }), 'x-warn');
  }
  function lost(e) {
    var kept = local();
    if (e.who) { signedOut(e.who); return; }
    offline(kept);
    reached(false);
    clearTimeout(retry);
    retry = setTimeout(function () { later(10); }, 5000);
  }
  window.addEventListener('online', function () { if (now() !== acked && !queued) later(10); });

  // ---- signed out while typing
  var asking = 0;
  function signedOut(who) {
    away = true;
    var kept = now() === acked || local(); // an empty page has nothing to keep
    tell(say(!kept ? 'no_room' : who === 'other' ? 'other_person' : 'signed_out'), 'x-bad');
    id('resign').hidden = who === 'other';
    reached(true);
    clearTimeout(asking);
    asking = setTimeout(askAgain, 4000);
  }
  function signedIn() {
    if (!id('resign').hidden) id('resign').hidden = true;
    away = false;
    clearTimeout(asking);
  }
  function askAgain() {
    if (!away || leaving) return;
    box.session().then(function (who) {
      if (who !== 'same') { signedOut(who); return; }
      signedIn();
      if (queued) { waits(true); return; }
      if (now() !== acked) { acked = null; save(); }
      others();
    }).catch(function () { asking = setTimeout(askAgain, 4000); });
  }
  document.addEventListener('visibilitychange', function () { if (!document.hidden && asking) askAgain(); });
  id('resign').addEventListener('input', function () { id('resign-said').textContent = ''; });
  id('resign').addEventListener('submit', function (event) {
    event.preventDefault();
    var door = event.target, data = new URLSearchParams(new FormData(door));
    id('resign-said').textContent = '';
    fetch(box.root + '/sign-in', { method: 'POST', body: data, credentials: 'same-origin', redirect: 'manual' }).then(function (r) {
      delete door.dataset.sent;
      door.querySelectorAll('button').forEach(function (b) { b.removeAttribute('aria-disabled'); });
      door.elements.password.value = '';
      if (r.type === 'opaqueredirect') { askAgain(); text.focus(); return null; }
      return r.text().then(function (page) {
        var said = new DOMParser().parseFromString(page, 'text/html').querySelector('#problem li, #problem');
        id('resign-said').textContent = said ? said.textContent : String(r.status);
      });
    }).catch(function () { tell(say('offline', { clock: clock || hhmm() }), 'x-warn'); });
  });

  // ---- length, form and chain
  var auto = picked.options[0].textContent, hint = id('form-said').textContent, atMost = id('length-most').textContent, shownChain = '';
  function genre() { var g = form.querySelector('input[name="genre"]:checked'); return g ? g.value : ''; }
  function suggested(n) {
    for (var i = 0; i < lengths.length; i++) {
      var f = lengths[i];
      if ((!f.most || n <= f.most) && (!f.genres || f.genres.indexOf(genre()) >= 0)) return f;
    }
    return lengths[lengths.length - 1] || { name: '', form: '' };
  }
  function measure() {
    var n = count(text.value), f = suggested(n), own = lengths.filter(function (l) { return l.form === picked.value; })[0];
    var chosen = picked.value ? own || { name: picked.selectedOptions[0].textContent, form: picked.value } : f, most = Number(form.dataset.most);
    var limit = chosen.most ? Math.min(chosen.most, most) : most, over = n - limit;
    id('length-form').textContent = !n ? '' : n > most ? say('office_over', { n: n - most }) : over > 0 ? say('over', { form: chosen.name, n: over }) : say('fits', { form: chosen.name });
    id('length-form').className = n > most ? 'x-bad' : over > 0 ? 'x-warn' : '';
    id('length-most').textContent = chosen.most ? say('most', { form: chosen.name, n: chosen.most }) : atMost;
    id('length-bar').removeAttribute('hidden');
    id('length-bar').querySelector('.bar-me').setAttribute('width', Math.min(100, 100 * n / limit).toFixed(1));
    picked.options[0].textContent = n ? say('auto', { auto: auto, form: f.name }) : auto;
    var g = form.querySelector('input[name="genre"]:checked + span');
    id('form-said').textContent = !n ? hint : !picked.value ? say('suggested', { n: n, genre: g ? g.textContent : '', form: f.name }) : own && own.form !== f.form ? say('chosen', { form: own.name, form2: f.name }) : hint;
    chain(chosen.form);
  }
  function chain(formCode) {
    var want = [formCode, genre(), field.namedItem('unit') ? field.namedItem('unit').value : ''].join(' ');
    if (!shownChain) shownChain = want; // as the server made it
    if (want === shownChain || busy) return;
    shownChain = want;
    var q = new URLSearchParams({ part: 'sending', form: formCode, genre: genre() });
    if (field.namedItem('unit')) q.set('unit', field.namedItem('unit').value);
    fetch(box.root + '/items/' + (item ? item + '/edit' : 'new') + '?' + q, { headers: { 'HX-Request': 'true' }, credentials: 'same-origin' }).then(function (r) { return r.ok ? r.text() : ''; }).then(function (part) {
      if (!part) return;
      var d = new DOMParser().parseFromString(part, 'text/html');
      ['chain', 'bar'].forEach(function (x) { if (d.getElementById(x) && !id(x).contains(document.activeElement)) id(x).innerHTML = d.getElementById(x).innerHTML; });
    }).catch(function () { shownChain = ''; });
  }
  var measuring = 0;
  function typed() {
    clearTimeout(retry); // going on: no longer what was to be sent
    queued = false;
    away = away && !id('resign').hidden;
    localSoon();
    later();
    clearTimeout(measuring);
    measuring = setTimeout(measure, text.value.length > 20000 ? 400 : 60);
  }
  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  title.addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && !event.isComposing) { event.preventDefault(); text.focus(); } // Enter sends nothing
  });

  // ---- pasting
  function put(into, s) {
    into.focus();
    if (s.length > 20000 || !document.execCommand('insertText', false, s)) {
      into.setRangeText(s, into.selectionStart, into.selectionEnd, 'end');
      into.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
  form.addEventListener('paste', function (event) {
    var from = event.clipboardData, into = event.target;
    if (!from) return;
    var html = from.getData('text/html'), plain = from.getData('text/plain');
    if (!html && !plain && from.files && from.files.length) { event.preventDefault(); accept(from.files); return; }
    if (into !== title && into !== text) return;
    var s = html ? xinshuPaste.fromHTML(html) : xinshuPaste.tidy(plain);
    if (!s || !html && s === plain) return; // as the browser does it
    event.preventDefault();
    put(into, into === title ? s.replace(/\n+/g, ' ') : s);
    id('pasted').textContent = html ? say('pasted') : /\S *\t/.test(plain) ? say('pasted_tabs') : '';
  });

  // ---- files
  var kinds = form.dataset.kinds.split(' '), picker = id('f-file'), camera = id('f-camera'), drop = id('drop');
  function accept(files) { if (!picker) { tell(say('files_later'), 'x-warn'); return; } Array.prototype.forEach.call(files, take); }
  function row(name) {
    var li = make('li', '', name + ' '), said = make('span', 'x-muted x-small');
    li.appendChild(said);
    id('going').appendChild(li);
    return { li: li, tell: function (w, bad) { said.textContent = w + ' '; said.className = 'x-small ' + (bad ? 'x-bad' : 'x-muted'); }, ask: function (b) { b.classList.add('x-small'); li.appendChild(b); li.appendChild(document.createTextNode(' ')); }, clear: function () { li.querySelectorAll('button').forEach(function (b) { b.remove(); }); } };
  }
  function take(file) {
    var r = row(file.name), ext = (/\.([^.]+)$/.exec(file.name) || ['', ''])[1].toLowerCase();
    r.tell(size(file.size));
    var off = function () { r.li.remove(); };
    if (ext === 'docx' || ext === 'txt') { readText(file, r, off); return; }
    if (kinds.indexOf(ext) < 0) { r.tell(say('file_kind'), true); r.ask(button(words.remove, off)); return; }
    if (file.size > 52428800) { r.tell(say('file_large', { size: size(file.size) }), true); r.ask(button(words.remove, off)); return; }
    smaller(file, ext).then(function (f) { upload(f, r, f === file ? say('file_going', { size: size(file.size), n: '{n}' }) : say('file_shrunk', { size: size(file.size), small: size(f.size) }) + ' {n}%', box.mint()); });
  }
  // A telephone's photo of 20 MB goes out smaller; the original stays there.
  function smaller(file, ext) {
    if (!/^(jpe?g|png|webp)$/.test(ext) || file.size < 3145728 || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(function () { return createImageBitmap(file); }).then(function (img) {
      var k = Math.min(1, 2560 / Math.max(img.width, img.height)), c = document.createElement('canvas');
      c.width = Math.round(img.width * k); c.height = Math.round(img.height * k);
      c.getContext('2d').drawImage(img, 0, 0, c.width, c.height);
      return new Promise(function (done) { c.toBlob(done, 'image/jpeg', 0.85); });
    }).then(function (b) {
      return b && b.size < file.size ? new File([b], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg' }) : file;
    }).catch(function () { return file; });
  }
  function ready() { return item ? Promise.resolve(true) : save(true).then(function (ok) { if (!ok && !item) throw new Error('no item'); return true; }); }
  function show(part) {
    var d = new DOMParser().parseFromString(part, 'text/html');
    id('attached').innerHTML = d.body.innerHTML;
  }
  function upload(file, r, going, keyOf) {
    r.clear();
    r.tell(going.replace('{n}', '0'));
    function failed(why) {
      r.tell(why || say('file_failed'), true);
      r.clear();
      r.ask(button(words.again, function () { upload(file, r, going, keyOf); }));
      r.ask(button(words.remove, function () { r.li.remove(); }));
    }
    ready().then(function () {
      var x = new XMLHttpRequest(), data = new FormData();
      data.append('once', keyOf);
      data.append('file', file, file.name);
      x.open('POST', box.root + '/items/' + item + '/attach?part=attached');
      x.setRequestHeader('X-Form-Token', box.token());
      x.setRequestHeader('HX-Request', 'true');
      x.upload.addEventListener('progress', function (e) { if (e.lengthComputable) r.tell(going.replace('{n}', Math.round(100 * e.loaded / e.total))); });
      x.addEventListener('load', function () {
        if (x.status === 200) { r.li.remove(); show(x.responseText); return; }
        if (x.status === 403) box.session().then(function (who) { if (who !== 'same') signedOut(who); }).catch(function () { return null; });
        var why = '';
        try { why = JSON.parse(x.responseText).said.join(' '); } catch (e) { why = ''; }
        failed(why);
      });
      x.addEventListener('error', function () { failed(); });
      r.ask(button(words.remove, function () { x.abort(); r.li.remove(); }));
      x.send(data);
    }).catch(function () { failed(); });
  }
  function readText(file, r, off) {
    r.tell(say('reading', { name: '' }));
    var data = new FormData();
    data.append('file', file, file.name);
    box.post('/items/read', data).then(function (res) {
      return res.json().then(function (d) {
        r.clear();
        if (!res.ok) { r.tell((d.said || []).join(' '), true); r.ask(button(words.remove, off)); if (res.status === 422 && !/密|secre|mark/i.test((d.said || []).join(' '))) keepAsk(file, r); return; }
        var notes = (d.notes || []).map(function (n) { return say('note_' + n); }).join(' ');
        function fill(append) {
          if (append) text.value = text.value.replace(/\s+$/, '') + '\n' + (d.title ? d.title + '\n' : '') + d.body;
          else { title.value = d.title || file.name.replace(/\.\w+$/, ''); text.value = d.body; }
          title.dispatchEvent(new Event('input', { bubbles: true }));
          text.dispatchEvent(new Event('input', { bubbles: true }));
          r.clear();
          r.tell(say('read', { name: '' }) + ' ' + notes);
          keepAsk(file, r);
          r.ask(button(words.remove, off));
        }
        if (!now().trim()) { fill(false); return; }
        r.tell(say('read_ask', { name: '' }) + ' ' + notes);
        r.ask(button(words.replace, function () { fill(false); }));
        r.ask(button(words.append, function () { fill(true); }));
        keepAsk(file, r);
        r.ask(button(words.remove, off));
      });
    }).catch(function (e) {
      r.tell(say('not_read', { name: '' }), true);
      r.clear();
      r.ask(button(words.again, function () { r.clear(); readText(file, r, off); }));
      keepAsk(file, r);
      r.ask(button(words.remove, off));
      if (e.who) signedOut(e.who);
    });
  }
  function keepAsk(file, r) {
    r.ask(button(words.keep_file, function () { upload(file, r, say('file_going', { size: size(file.size), n: '{n}' }), box.mint()); }));
  }
  if (picker) {
    picker.removeAttribute('name'); // files go up by themselves
    picker.classList.add('x-vh');
    id('camera').hidden = false;
    [picker, camera].forEach(function (f) { f.addEventListener('change', function () { accept(f.files); f.value = ''; }); });
    form.addEventListener('dragover', function (e) { if (e.dataTransfer && Array.prototype.indexOf.call(e.dataTransfer.types, 'Files') >= 0) { e.preventDefault(); drop.classList.add('is-over'); } });
    form.addEventListener('dragleave', function (e) { if (!form.contains(e.relatedTarget)) drop.classList.remove('is-over'); });
    form.addEventListener('drop', function (e) { drop.classList.remove('is-over'); if (e.dataTransfer && e.dataTransfer.files.length) { e.preventDefault(); accept(e.dataTransfer.files); } });
    id('attached').addEventListener('click', function (e) {
      var b = e.target.closest('[data-detach]');
      if (!b) return;
      e.preventDefault();
      box.post('/items/' + item + '/detach?part=attached', new URLSearchParams({ attachment: b.value })).then(function (r) {
        return r.text().then(function (part) {
          if (r.ok) { show(part); picker.focus(); return; }
          var why = '';
          try { why = JSON.parse(part).said.join(' '); } catch (x) { why = say('file_failed'); }
          b.parentNode.appendChild(make('span', 'x-small x-bad', ' ' + why));
        });
      }).catch(lost);
    });
  }

  // ---- sending
  var pressed = 'save';
  form.addEventListener('click', function (event) { var b = event.target.closest('button[name="do"]'); if (b) pressed = b.value; });
  function stay() {
    delete form.dataset.sent;
    setTimeout(function () { form.querySelectorAll('button[aria-disabled="true"]').forEach(function (b) { b.removeAttribute('aria-disabled'); }); }, 1);
  }
  function native(what) { // as without script: the server answers with the page
    leaving = true;
    var h = make('input');
    h.type = 'hidden'; h.name = 'do'; h.value = what;
    form.appendChild(h);
    form.submit();
  }
  form.addEventListener('submit', function (event) {
    if (event.defaultPrevented) return; // it is on its way
    event.preventDefault();
    var what = pressed;
    pressed = 'save';
    (function wait(n) {
      if (busy && n < 100) { setTimeout(function () { wait(n + 1); }, 100); return; }
      if (what === 'submit') sendNow(); else save().then(function (ok) { if (ok) native(what); else stay(); });
    })(0);
  });
  function sendNow() {
    clearTimeout(timer); timer = 0;
    clearTimeout(localTimer); localTimer = 0;
    queued = true;
    var kept = local();
    busy = true;
    var data = new URLSearchParams(), s = snapshot(true).fields;
    Object.keys(s).forEach(function (k) { [].concat(s[k]).forEach(function (v) { data.append(k, v); }); });
    box.post('/items/send', data).then(function (r) {
      if (r.ok) return r.json().then(function (d) { gone(d.path); });
      if (r.status >= 500 || r.status === 429) throw new Error(String(r.status));
      refused();
      return null;
    }).catch(function (e) {
      busy = false;
      stay();
      if (e.who) { signedOut(e.who); return; }
      tell(say(!kept ? 'no_room' : navigator.onLine && !shell ? 'unsure' : 'queued'), kept ? 'x-warn' : 'x-bad');
      waits();
    });
  }
  function gone(path) {
    leaving = true;
    queued = false;
    went = box.root + path;
    box.drop(key());
    location.href = went;
  }
  function refused() { // the page says why
    queued = false;
    local();
    if (!shell) { native('submit'); return; }
    leaving = true; // that page has what is needed to mend it, and offers this text
    location.href = box.root + (item ? '/items/' + item + '/edit' : '/items/new');
  }
  // Sent when the network is back, from here while the page is open.
  function waits(soon) {
    clearTimeout(retry);
    retry = setTimeout(function () {
      var mine = key();
      if (!box.read(mine)) { if (queued) sendNow(); return; } // no room for it: only this page has it
      box.sendAll(function (x) { tell(say('sending', { title: x.fields.title })); }).then(function (came) {
        if (!queued) return; // typed on meanwhile
        if (came.went[mine]) { gone(came.went[mine]); return; }
        if (came.refused.indexOf(mine) >= 0) { refused(); return; }
        if (came.who) { signedOut(came.who); return; }
        tell(say('queued'), 'x-warn');
        waits();
      });
    }, soon ? 10 : 3000);
  }
  window.addEventListener('online', function () { if (queued) waits(true); else others(); });
  window.addEventListener('pagehide', function () { if (!leaving && now() !== acked) local(); });
  // Back to a page whose text is sent: what became of it, not the form once more.
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    if (went) { location.replace(went); return; }
    leaving = false; busy = false; later(10);
  });

  // ---- what is still here from before
  function fill(e) {
    ['title', 'body', 'contact'].forEach(function (n) { if (field.namedItem(n) && e.fields[n] !== undefined) field.namedItem(n).value = e.fields[n]; });
    if (e.fields.form !== undefined) picked.value = e.fields.form;
    form.querySelectorAll('input[name="genre"]').forEach(function (g) { g.checked = g.value === e.fields.genre; });
    title.dispatchEvent(new Event('input', { bubbles: true }));
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }
  function restore() {
    var kept = box.read(item), was = { fields: { title: title.value, body: text.value } };
    if (!kept || problem) return;
    if (kept.fields.title === title.value && kept.fields.body === text.value) { box.drop(item); return; }
    fill(kept);
    if (kept.base !== base.value) { // typed on an older text: saved beside it, said, never put over it
      base.value = kept.base;
    }
    tell(say('restored', { clock: hhmm(kept.at) }), 'x-ok', button(words.undo, function () { fill(was); box.drop(item); saved(); }));
  }
  var held = []; // taken back from sending on this page
  function found() {
    id('found').textContent = '';
    box.keys().forEach(function (k) {
      var e = box.read(k);
      if (!e || k === key() || !e.fields || !(e.fields.title || e.fields.body)) return;
      if (item && !e.send && held.indexOf(k) < 0) return; // offered where one begins, and where it was held back
      var name = (e.fields.title || e.fields.body).slice(0, 24), p = make('p', 'x-note x-note--plain x-small x-mt3', say(e.send ? 'waiting' : 'found', { title: name, clock: hhmm(e.at) }) + ' ');
      id('found').appendChild(p);
      if (e.send) {
        p.appendChild(button(words.take_back, function () { e.send = false; box.write(k, e); held.push(k); found(); }));
        return;
      }
      p.appendChild(button(words.take, function () {
        if (!shell && (item || e.fields.item)) { location.href = box.root + '/items/' + (e.fields.item ? e.fields.item + '/edit' : 'new'); return; } // this page has a text of its own
        if (now().trim() && !queued) local(); // what is on the page is kept, too
        once.value = e.fields.once;
        item = e.fields.item || '';
        base.value = seen.value = e.base || '0';
        fill(e);
        acked = null;
        p.remove();
        text.focus();
      }));
      p.appendChild(document.createTextNode(' '));
      p.appendChild(button(words.drop, function () { box.drop(k); p.remove(); }));
    });
  }
  // What waits besides this page's own text: sent as soon as there is a network.
  var soon = 0;
  function others() {
    clearTimeout(soon);
    if (queued || leaving || !box.waiting().length) return;
    box.sendAll(function (e) { tell(say('sending', { title: e.fields.title })); }).then(function (came) {
      found();
      if (came.titles.length) reached(true);
      if (came.titles.length) tell(say('went', { title: came.titles.join('; ') }), 'x-ok');
      else if (now() === acked) tell('');
      if (came.who) { signedOut(came.who); return; }
      if (box.waiting().length && !queued) soon = setTimeout(others, 5000);
    });
  }
  if (item) restore(); else found();
  others();
  measure();
})();

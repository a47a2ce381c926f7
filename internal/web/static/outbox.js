// What was written and is not with the server yet: kept on this device, for the
// person who wrote it, under the key that makes it one item however often it is
// sent. Used by the write page; pages that only carry it send what waits.
var xinshuOutbox = (function () {
  'use strict';
  var root = new URL(document.currentScript.src).pathname.replace(/\/static\/.*$/, '');
  // The page without a network carries nobody: it opens for who was here last.
  var who = null;
  try { who = JSON.parse(localStorage.getItem('xinshu:who:' + root) || 'null'); } catch (e) { who = null; }
  if (!document.body.dataset.shell) who = null;
  var me = document.body.dataset.me || (who ? who.me : '');
  var prefix = 'xinshu:' + me + ':write:';
  var token = document.body.dataset.token || '';

  // 26 characters, as the server makes its own: 48 bits of time, 80 of chance.
  function mint() {
    var letters = '0123456789abcdefghjkmnpqrstvwxyz', bits = '', out = '';
    bits = ('0'.repeat(48) + Date.now().toString(2)).slice(-48);
    Array.prototype.forEach.call(crypto.getRandomValues(new Uint8Array(10)), function (b) { bits += ('0000000' + b.toString(2)).slice(-8); });
    bits += '00';
    for (var i = 0; i < 130; i += 5) out += letters[parseInt(bits.slice(i, i + 5), 2)];
    return out;
  }
  function read(key) {
    try { return JSON.parse(localStorage.getItem(prefix + key) || 'null'); } catch (e) { return null; }
  }
  function write(key, entry) {
    if (!me) return false;
    try { localStorage.setItem(prefix + key, JSON.stringify(entry)); } catch (e) { return false; }
    copy(key, entry);
    return true;
  }
  function drop(key) {
    try { localStorage.removeItem(prefix + key); } catch (e) { /* no storage, nothing kept */ }
    copy(key, null);
  }
  // The worker of the app on the home screen cannot read this storage: what is to
  // be sent has a copy where it can, and it is woken when the network is back,
  // where browsers do that. The key makes both ways one item.
  var copied = {};
  function copy(key, entry) {
    if (!window.indexedDB || !window.isSecureContext || !navigator.serviceWorker || !(entry && entry.send || copied[key])) return;
    copied[key] = true;
    try {
      var open = indexedDB.open('xinshu:' + root, 1);
      open.onupgradeneeded = function () { open.result.createObjectStore('out', { keyPath: 'id' }); };
      open.onsuccess = function () {
        try {
          var way = open.result.transaction('out', 'readwrite'), out = way.objectStore('out'), id = me + ':' + key;
          if (entry && entry.send) out.put({ id: id, me: me, key: key, fields: entry.fields });
          else out.delete(id);
          way.oncomplete = function () { open.result.close(); if (entry && entry.send) wake(); };
          way.onabort = function () { open.result.close(); };
        } catch (e) { open.result.close(); }
      };
    } catch (e) { return; } // this page sends it itself
  }
  function wake() {
    navigator.serviceWorker.getRegistration(root + '/').then(function (r) { return r && r.sync && r.sync.register('xinshu-send'); }).catch(function () { return null; });
  }
  function keys() {
    var out = [];
    try {
      for (var i = 0; i < localStorage.length; i++) {
        var k = localStorage.key(i);
        if (me && k.indexOf(prefix) === 0) out.push(k.slice(prefix.length));
      }
    } catch (e) { /* no storage, nothing kept */ }
    return out;
  }
  function post(path, form) {
    return fetch(root + path, { method: 'POST', headers: { 'X-Form-Token': token, 'HX-Request': 'true' }, body: form, credentials: 'same-origin' });
  }
  // Who is signed in now: 'same', 'other', 'nobody'; fails without a network.
  function session() {
    return fetch(root + '/session', { credentials: 'same-origin', cache: 'no-store' }).then(function (r) {
      if (r.status === 204) return 'nobody';
      if (!r.ok) throw new Error(String(r.status));
      return r.json().then(function (s) {
        if (s.me !== me) return 'other';
        token = s.token;
        document.body.dataset.token = token;
        document.querySelectorAll('input[name="form_token"]').forEach(function (f) { f.value = token; });
        return 'same';
      });
    });
  }
  // postAgain posts, and once more with a new token when the session was renewed.
  function postAgain(path, form) {
    return post(path, form).then(function (r) {
      if (r.status !== 403) return r;
      return session().then(function (who) {
        if (who === 'same') return post(path, form);
        var gone = new Error(who);
        gone.who = who;
        throw gone;
      });
    });
  }
  function fields(entry) {
    var form = new URLSearchParams();
    Object.keys(entry.fields).forEach(function (name) {
      [].concat(entry.fields[name]).forEach(function (v) { form.append(name, v); });
    });
    return form;
  }
  // Everything that waits, one after the other. Two windows do not send the same
  // at once; if they did, the key would make it one. Answers with what became of
  // each: went (and where it is), refused; and who is signed in if it is not me.
  var going = false;
  function sendAll(said) {
    var came = { went: {}, refused: [], titles: [], who: '' };
    if (going || !me) return Promise.resolve(came);
    going = true;
    var list = waiting();
    return list.reduce(function (before, key) {
      return before.then(function () {
        var e = read(key);
        if (!e || !e.send) return null;
        copied[key] = true; // an earlier page made the copy
        if (said) said(e);
        return postAgain('/items/send', fields(e)).then(function (r) {
          if (r.ok) {
            return r.json().then(function (d) { drop(key); came.went[key] = d.path; came.titles.push(e.fields.title); });
          }
          if (r.status >= 500 || r.status === 429) throw new Error(String(r.status));
          e.send = false; // refused: for its writer to see
          write(key, e);
          came.refused.push(key);
          return null;
        });
      });
    }, Promise.resolve()).catch(function (e) { came.who = e.who || ''; /* or no network: it waits on */ }).then(function () { going = false; return came; });
  }
  function waiting() { return keys().filter(function (k) { var e = read(k); return e && e.send; }); }
  // A page that was left at once may have been too quick for its copy.
  waiting().forEach(function (key) { copy(key, read(key)); });
  // Pages that only carry this script send what waits, and say what went.
  function sendHere() {
    sendAll().then(function (came) {
      var main = document.getElementById('main');
      came.titles.forEach(function (title) {
        var p = document.createElement('p');
        p.className = 'x-note x-note--done x-mt4';
        p.setAttribute('role', 'status');
        p.textContent = (document.body.dataset.went || '').replace('{title}', title);
        if (main) main.insertBefore(p, main.firstChild);
      });
    });
  }
  if (!document.querySelector('form[data-write]')) {
    window.addEventListener('online', sendHere);
    sendHere();
  }
  return { root: root, me: me, who: who, mint: mint, read: read, write: write, drop: drop, keys: keys, waiting: waiting, post: postAgain, session: session, sendAll: sendAll, token: function () { return token; } };
})();

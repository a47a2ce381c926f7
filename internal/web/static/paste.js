// Text out of what Word, WPS or a page puts on the clipboard: paragraphs, a row of
// a table as one line, list marks kept, looks left behind. Nothing of it runs.
var xinshuPaste = (function () {
  'use strict';
  var blocks = /^(P|DIV|LI|TR|H[1-6]|BLOCKQUOTE|SECTION|ARTICLE|HEADER|FOOTER|UL|OL|DL|DT|DD|TABLE|PRE|FIGURE|HR)$/;
  var nothing = /^(STYLE|SCRIPT|HEAD|TITLE|META|LINK|TEMPLATE|DEL|OBJECT|IFRAME|NOSCRIPT|TEXTAREA|SELECT|BUTTON)$/;

  function tidy(s) {
    return s.replace(/ ?\t ?/g, '\u3000').replace(/[\u00ad\u200b\u2060\ufeff]/g, '').replace(/[\u00a0\u2002-\u200a\u202f]/g, ' ').replace(/\r\n?|[\u2028\u2029\u000b\u000c]/g, '\n')
      .split('\n').map(function (line) { return line.replace(/^[\s\u3000]+|[\s\u3000]+$/g, ''); }).join('\n').replace(/\n{3,}/g, '\n\n').replace(/^\n+|\n+$/g, '');
  }
  // A mark in a picture font is a letter to everybody else.
  function mark(span) {
    var s = span.textContent.replace(/[\s\u00a0]+/g, '');
    if (/symbol|wingdings|webdings/i.test(span.innerHTML + (span.getAttribute('data-style') || '') + (span.parentNode.getAttribute('data-style') || ''))) s = '•';
    return s ? s + ' ' : '';
  }
  function number(li) {
    var list = li.parentNode;
    if (!list || list.tagName !== 'OL') return '• ';
    var at = Number(list.getAttribute('start') || 1), e = li;
    while ((e = e.previousElementSibling)) if (e.tagName === 'LI') at++;
    return at + '. ';
  }
  function walk(node, out) {
    if (node.nodeType === 3) { out.push(node.data.replace(/[ \t\r\n]+/g, ' ')); return; }
    if (node.nodeType !== 1 || nothing.test(node.tagName)) return;
    var style = node.getAttribute('data-style') || '';
    if (/display:\s*none|mso-hide:\s*all/i.test(style)) return;
    if (/mso-list:\s*ignore/i.test(style)) { out.push(mark(node)); return; }
    if (node.tagName === 'BR') { out.push('\n'); return; }
    if (node.tagName === 'TD' || node.tagName === 'TH') {
      var cell = [];
      node.childNodes.forEach(function (n) { walk(n, cell); });
      if (node.previousElementSibling) out.push('\u3000');
      out.push(tidy(cell.join('')).replace(/\n+/g, ' '));
      return;
    }
    var block = blocks.test(node.tagName);
    if (block) out.push('\n');
    if (node.tagName === 'LI') out.push(number(node));
    if (node.tagName === 'PRE') out.push(node.textContent);
    else node.childNodes.forEach(function (n) { walk(n, out); });
    if (block) out.push('\n');
  }
  function fromHTML(html) {
    var out = [];
    // looks are read, never applied: the page's policy would say so for each of them
    html = html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/<[^>]*>/g, function (tag) { return tag.replace(/\sstyle\s*=/gi, ' data-style=').replace(/\son\w+\s*=/gi, ' data-on='); });
    walk(new DOMParser().parseFromString(html, 'text/html').body, out);
    // one block's end and the next one's beginning are one end of a line
    return tidy(out.join('').replace(/ *\n */g, '\n').replace(/\n{2,}/g, '\n'));
  }
  return { fromHTML: fromHTML, tidy: tidy };
})();

/** The page on which a reviewer works: one HTML file that asks nothing of a network, and may not (its policy forbids it). The pairs stand in it
 *  as JSON, in which every character that HTML could take for markup is escaped; the script shows them as text, never as markup. */
#include "assess/review.h"

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n"
    "<title>Clerical review</title>\n<style>\n"
    ":root { color-scheme: light dark }\n"
    "body { font: 1rem/1.4 system-ui, sans-serif; max-width: 62rem; margin: 1rem auto; padding: 0 1rem }\n"
    "header, .keys, .save { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center }\n"
    "h1 { font-size: 1.2rem; margin: 0 auto 0 0 }\n"
    "progress { width: 100% }\n"
    "table { width: 100%; border-collapse: collapse; margin: 1rem 0 }\n"
    "th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #8888; overflow-wrap: anywhere; white-space: pre-wrap }\n"
    "tbody td { font-family: ui-monospace, monospace; font-size: 1.05rem }\n"
    "tr.differs td { background: #e8a33d33 }\n"
    "mark { background: #e8a33d; color: #000; font-weight: 700 }\n"
    ".missing { opacity: .6; font-style: italic }\n"
    "button, input { font: inherit; padding: .4rem .8rem }\n"
    "button[aria-pressed=true] { outline: 3px solid #3b82f6 }\n"
    "kbd { border: 1px solid #8888; border-radius: .2rem; padding: 0 .3rem; font-size: .85rem }\n"
    "footer { opacity: .75; font-size: .9rem; margin-top: 1.5rem }\n"
    "</style>\n</head>\n<body>\n"
    "<header><h1>Are these records of one person?</h1><span id=\"where\" aria-live=\"polite\"></span></header>\n"
    "<progress id=\"progress\" aria-label=\"Pairs answered\"></progress>\n"
    "<table><thead id=\"head\"></thead><tbody id=\"body\"></tbody></table>\n"
    "<div class=\"keys\">\n"
    "<button id=\"match\">Match <kbd>M</kbd></button>\n<button id=\"no\">No match <kbd>N</kbd></button>\n"
    "<button id=\"unsure\">Unsure <kbd>U</kbd></button>\n<button id=\"back\">Back <kbd>B</kbd></button>\n"
    "<button id=\"skip\">Next <kbd>&rarr;</kbd></button>\n</div>\n"
    "<p class=\"save\"><label>Reviewer <input id=\"reviewer\" autocomplete=\"off\" maxlength=\"60\"></label>\n"
    "<button id=\"save\">Save answers <kbd>S</kbd></button> <span id=\"saved\" role=\"status\"></span></p>\n"
    "<footer>Answer by what the records say alone. Answers are saved as a CSV file; it holds no values of people, this page does. "
    "Nothing is sent anywhere.</footer>\n"
    "<noscript>This page needs JavaScript, which your browser has switched off.</noscript>\n"
    "<script type=\"application/json\" id=\"data\">\n";

static const char page_script[] =
    "</script>\n<script>\n\"use strict\";\n"
    "const data = JSON.parse(document.getElementById(\"data\").textContent);\n"
    "const at = id => document.getElementById(id), words = {match: \"match\", no: \"no match\", unsure: \"unsure\"};\n"
    "const kept = \"carrick-review-\" + data.sample;\n"
    "let answers = new Array(data.pairs.length).fill(\"\"), here = 0, unsaved = false;\n"
    "\n"
    "// Answers outlive a closed window where the browser allows it; they hold no values of people.\n"
    "function load() {\n"
    "  try {\n"
    "    const old = JSON.parse(localStorage.getItem(kept));\n"
    "    if (old && old.answers.length === answers.length) { answers = old.answers; at(\"reviewer\").value = old.reviewer; }\n"
    "  } catch (e) { /* not allowed here */ }\n"
    "  const first = answers.indexOf(\"\");\n"
    "  here = first < 0 ? 0 : first;\n"
    "}\n"
    "function keep() {\n"
    "  try { localStorage.setItem(kept, JSON.stringify({answers, reviewer: at(\"reviewer\").value})); } catch (e) { /* not allowed here */ }\n"
    "}\n"
    "\n"
    "// Which characters of two texts are outside their longest common subsequence?\n"
    "function differences(a, b) {\n"
    "  const n = a.length, m = b.length, length = Array.from({length: n + 1}, () => new Uint16Array(m + 1));\n"
    "  for (let i = n - 1; i >= 0; i--)\n"
    "    for (let j = m - 1; j >= 0; j--)\n"
    "      length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);\n"
    "  const marked = [new Array(n).fill(true), new Array(m).fill(true)];\n"
    "  for (let i = 0, j = 0; i < n && j < m;) {\n"
    "    if (a[i] === b[j]) marked[0][i++] = marked[1][j++] = false;\n"
    "    else if (length[i + 1][j] >= length[i][j + 1]) i++;\n"
    "    else j++;\n"
    "  }\n"
    "  return marked;\n"
    "}\n"
    "function element(name, text) {\n"
    "  const made = document.createElement(name);\n"
    "  made.textContent = text;\n"
    "  return made;\n"
    "}\n"
    "function cell(letters, marked) {\n"
    "  const td = document.createElement(\"td\");\n"
    "  if (!letters.length) {\n"
    "    td.textContent = \"missing\";\n"
    "    td.className = \"missing\";\n"
    "  }\n"
    "  for (let i = 0; i < letters.length;) {\n"
    "    let end = i;\n"
    "    while (end < letters.length && marked[end] === marked[i]) end++;\n"
    "    td.append(element(marked[i] ? \"mark\" : \"span\", letters.slice(i, end).join(\"\")));\n"
    "    i = end;\n"
    "  }\n"
    "  return td;\n"
    "}\n"
    "function row(name, one, other) {\n"
    "  const a = Array.from(one), b = Array.from(other), tr = document.createElement(\"tr\"), head = element(\"th\", name);\n"
    "  const both = a.length && b.length, small = a.length < 1000 && b.length < 1000;\n"
    "  const marked = both && small && one !== other ? differences(a, b) : [[], []].map((x, k) => new Array([a, b][k].length).fill(false));\n"
    "  head.scope = \"row\";\n"
    "  tr.className = both && one !== other ? \"differs\" : \"\";\n"
    "  tr.append(head, cell(a, marked[0]), cell(b, marked[1]), element(\"td\", !both ? \"\" : one === other ? \"same\" : \"differs\"));\n"
    "  return tr;\n"
    "}\n"
    "function show() {\n"
    "  const [sources, ids, one, other] = data.pairs[here], head = document.createElement(\"tr\");\n"
    "  for (const text of [\"\", sources[0] + \" \" + ids[0], sources[1] + \" \" + ids[1], \"\"]) head.append(element(\"th\", text));\n"
    "  at(\"head\").replaceChildren(head);\n"
    "  at(\"body\").replaceChildren(...data.columns.map((name, c) => row(name, one[c], other[c])));\n"
    "  const done = answers.filter(x => x).length;\n"
    "  at(\"where\").textContent = `Pair ${here + 1} of ${answers.length}; ${done} answered`;\n"
    "  at(\"progress\").max = answers.length;\n"
    "  at(\"progress\").value = done;\n"
    "  for (const id in words) at(id).setAttribute(\"aria-pressed\", String(answers[here] === words[id]));\n"
    "}\n"
    "function move(step) {\n"
    "  here = Math.min(Math.max(here + step, 0), answers.length - 1);\n"
    "  show();\n"
    "}\n"
    "function answer(word) {\n"
    "  answers[here] = word;\n"
    "  unsaved = true;\n"
    "  keep();\n"
    "  at(\"saved\").textContent = answers.every(x => x) ? \"All pairs are answered: save the answers.\" : \"\";\n"
    "  move(1);\n"
    "}\n"
    "function csv() {\n"
    "  const name = at(\"reviewer\").value.trim(), quoted = '\"' + name.replace(/\"/g, '\"\"') + '\"';\n"
    "  let text = \"pair,answer,reviewer,sample\\n\";\n"
    "  answers.forEach((word, i) => { if (word) text += `${i + 1},${word},${quoted},${data.sample}\\n`; });\n"
    "  return text;\n"
    "}\n"
    "function save() {\n"
    "  const link = document.createElement(\"a\");\n"
    "  link.href = URL.createObjectURL(new Blob([csv()], {type: \"text/csv\"}));\n"
    "  link.download = \"answers.csv\";\n"
    "  link.click();\n"
    "  setTimeout(() => URL.revokeObjectURL(link.href), 10000);\n"
    "  unsaved = false;\n"
    "  at(\"saved\").textContent = \"Saved as answers.csv.\";\n"
    "}\n"
    "const keys = {m: () => answer(\"match\"), n: () => answer(\"no match\"), u: () => answer(\"unsure\"), b: () => move(-1), s: save,\n"
    "  ArrowLeft: () => move(-1), ArrowRight: () => move(1)};\n"
    "document.addEventListener(\"keydown\", event => {\n"
    "  if (event.target.tagName === \"INPUT\" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;\n"
    "  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];\n"
    "  if (action) { event.preventDefault(); action(); }\n"
    "});\n"
    "for (const id in words) at(id).addEventListener(\"click\", () => answer(words[id]));\n"
    "at(\"back\").addEventListener(\"click\", () => move(-1));\n"
    "at(\"skip\").addEventListener(\"click\", () => move(1));\n"
    "at(\"save\").addEventListener(\"click\", save);\n"
    "at(\"reviewer\").addEventListener(\"input\", keep);\n"
    "window.addEventListener(\"beforeunload\", event => { if (unsaved) event.preventDefault(); });\n"
    "load();\nshow();\n"
    "</script>\n</body>\n</html>\n";

/** JSON text that HTML cannot read as markup. */
static void write_text(FILE *stream, ck_span text) {
    putc('"', stream);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == '<' || byte == '>' || byte == '&' || byte == '\'' || byte == 0x7f)
            fprintf(stream, "\\u%04x", byte);
        else
            putc(byte, stream);
    }
    putc('"', stream);
}

static void write_values(FILE *stream, const ck_span *value, uint32_t n) {
    putc('[', stream);
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            putc(',', stream);
        write_text(stream, value[i]);
    }
    putc(']', stream);
}

void ck_review_page_begin(FILE *stream, const ck_review_sample *sample, const char *const *column, uint32_t ncolumns) {
    fputs(page_head, stream);
    fprintf(stream, "{\"sample\":\"%s\",\n\"columns\":[", sample->id);
    for (uint32_t c = 0; c < ncolumns; c++) {
        if (c)
            putc(',', stream);
        write_text(stream, ck_span_of(column[c]));
    }
    fputs("],\n\"pairs\":[\n", stream);
}

void ck_review_page_card(FILE *stream, bool first, const ck_review_card *card, uint32_t ncolumns) {
    fputs(first ? "[" : ",\n[", stream);
    write_values(stream, card->source, 2);
    putc(',', stream);
    write_values(stream, card->id, 2);
    putc(',', stream);
    write_values(stream, card->value[0], ncolumns);
    putc(',', stream);
    write_values(stream, card->value[1], ncolumns);
    putc(']', stream);
}

void ck_review_page_end(FILE *stream) {
    fputs("\n]}\n", stream);
    fputs(page_script, stream);
}

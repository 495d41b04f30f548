// Runs the script of a review page on a document that does just enough: presses keys, and prints the file that the page saves.
// usage: node review_page.js PAGE.html KEYS
"use strict";
const [page, keys] = process.argv.slice(2), html = require("fs").readFileSync(page, "utf8");
const scripts = [...html.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(found => found[1]);
const pressed = [], elements = {};

function make(name) {
  return {tagName: name.toUpperCase(), textContent: "", value: "", children: [], listeners: {},
    append(...more) { this.children.push(...more); }, replaceChildren(...more) { this.children = more; },
    setAttribute() {}, addEventListener(what, does) { this.listeners[what] = does; }, click() {}};
}
global.document = {
  getElementById: id => elements[id] ??= make("div"), createElement: make,
  addEventListener: (what, does) => what === "keydown" && pressed.push(does),
};
global.window = {addEventListener() {}};
global.Blob = class { constructor(parts) { process.stdout.write(parts.join("")); } };
global.URL = {createObjectURL: () => "blob:", revokeObjectURL() {}};
document.getElementById("data").textContent = scripts[0];
new Function(scripts[1])();

const text = node => node.textContent + node.children.map(text).join("");
const data = JSON.parse(scripts[0]), column = data.columns.indexOf("note");
const shown = text(elements.body.children[column]);
if (!shown.includes(data.pairs[0][2][column])) throw new Error("the first pair's note is not shown: " + shown);
document.getElementById("reviewer").value = 'Ben "B"';
for (const key of keys)
  pressed[0]({key, target: make("body"), preventDefault() {}});
pressed[0]({key: "S", target: make("body"), preventDefault() {}});
process.exit(0); // not to wait for the page's timers

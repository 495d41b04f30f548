// Put into the head of a report's page: notes what goes wrong, looks at the page when it is there, and tells the page around it.
"use strict";
const problems = [];
addEventListener("error", event => problems.push("error: " + event.message));
addEventListener("securitypolicyviolation", event => problems.push("policy: " + event.violatedDirective));
addEventListener("load", () => setTimeout(look, 300));

function channels(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return {rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1};
}
function luminance(rgb) {
  const [r, g, b] = rgb.map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function background(element) {
  for (; element; element = element.parentElement) {
    const {rgb, alpha} = channels(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return rgb;
  }
  return [255, 255, 255];
}
function contrast(element) {
  const [a, b] = [luminance(channels(getComputedStyle(element).color).rgb), luminance(background(element))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
function isDrawn(canvas) {
  const {width, height} = canvas, pixels = width && height ? canvas.getContext("2d").getImageData(0, 0, width, height).data : [];
  let drawn = 0;
  for (let i = 3; i < pixels.length; i += 4) drawn += pixels[i] > 0;
  return drawn > 200;
}

function look() {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const page = document.documentElement, texts = [...document.querySelectorAll("body *")].filter(element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && !/^(SCRIPT|STYLE)$/.test(element.tagName));
  const pale = texts.filter(element => contrast(element) < 4.5);
  const stops = [...document.querySelectorAll("a[href], summary, [tabindex]")], boxes = [...document.querySelectorAll(".drawing")];
  const reached = stops.filter(stop => { stop.focus({preventScroll: true}); return document.activeElement === stop; });
  const names = [...document.querySelectorAll(".drawing canvas")].map(canvas => Chart.getChart(canvas).scales.y).filter(axis => axis.type === "category")
    .map(axis => axis.ticks.map(tick => String(tick.label)));
  parent.postMessage({
    width: innerWidth,
    problems,
    wide: page.scrollWidth > innerWidth ? page.scrollWidth : 0,
    charts: boxes.length,
    blank: boxes.filter(box => !box.querySelector("canvas") || !isDrawn(box.querySelector("canvas"))).length,
    alike: names.filter(labels => new Set(labels).size < labels.length).length,
    texts: texts.length,
    pale: pale.slice(0, 3).map(element => element.tagName + "." + element.className + " " + contrast(element).toFixed(2)),
    stops: stops.length,
    unreached: stops.length - reached.length,
    jumps: stops.filter(stop => stop.tabIndex > 0).length,
    first: stops[0].textContent,
    untabled: boxes.filter(box => !document.getElementById(box.dataset.of) || !box.getAttribute("aria-label")).length,
    landmarks: ["header", "nav[aria-label]", "main", "footer", "h1"].filter(name => document.querySelectorAll("body > " + name + ", header > " + name).length !== 1),
    dark: luminance(background(document.body)) < 0.2,
  }, "*");
}

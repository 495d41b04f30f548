"use strict";
// Every chart is drawn from the table below it, so that it can tell no more than the table does.
(() => {
  const page = getComputedStyle(document.documentElement), dark = matchMedia("(prefers-color-scheme: dark)");
  const colour = name => page.getPropertyValue("--" + name).trim();
  const still = {duration: 0};

  // ---- tables ----
  const read = table => ({
    head: [...table.tHead.rows[0].cells].map(cell => cell.textContent),
    rows: [...table.tBodies[0].rows].map(row => [...row.cells].map(cell =>
      cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.classList.contains("number") ? null : cell.textContent)),
    mark: table.dataset.mark === undefined ? null : Number(table.dataset.mark),
  });
  const column = (data, k) => data.rows.map(row => row[k]);

  // ---- common to all charts ----
  const narrow = () => innerWidth < 600;
  const short = (text, most) => text.length > most ? text.slice(0, most - 1) + "…" : text;
  // Lines of at most so many letters: what tells two labels apart often stands at their ends.
  const lines = (text, most) => text.split(" ").reduce((all, word) =>
    all.length && (all.at(-1) + " " + word).length <= most ? [...all.slice(0, -1), all.at(-1) + " " + word] : [...all, word], []).map(line => short(line, most));
  const wrap = text => {
    const all = lines(text, narrow() ? 22 : 46);
    return all.length > 3 ? [all[0], all[1], short(all.slice(2).join(" "), narrow() ? 22 : 46)] : all;
  };
  const rows = labels => labels.length * (12 + 14 * Math.max(1, ...labels.map(label => wrap(label).length))); // pixels
  const level = (name, text) => text === "" ? name : text.startsWith(name) ? text : name + ": " + text;
  const percent = value => (100 * value).toFixed(1).replace(/\.0$/, "") + " %";
  const axis = (title, more = {}) => ({
    title: {display: title !== "", text: narrow() ? lines(title, 34) : title, color: colour("soft")}, grid: {color: colour("grid")}, ticks: {color: colour("soft"), ...more.ticks},
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "ticks")),
  });
  const names = {grid: {display: false}, ticks: {color: colour("text"), autoSkip: false, callback(value) { return wrap(String(this.getLabelForValue(value))); }}};
  const legend = {position: "bottom", labels: {color: "", usePointStyle: true, boxHeight: 7}};
  const bar = (label, data, name, more = {}) => ({label, data, backgroundColor: colour(name), maxBarThickness: 22, ...more});

  // A dashed line where the decision is.
  const decision = mark => ({
    id: "decision",
    afterDatasetsDraw(chart) {
      if (mark === null) return;
      const x = chart.scales.x.getPixelForValue(mark), {top, bottom, left, right} = chart.chartArea, pen = chart.ctx;
      pen.save();
      pen.strokeStyle = pen.fillStyle = colour("text");
      pen.setLineDash([5, 4]);
      pen.beginPath();
      pen.moveTo(x, top);
      pen.lineTo(x, bottom);
      pen.stroke();
      pen.font = "600 12px system-ui, sans-serif";
      pen.textAlign = x > right - 40 ? "right" : x < left + 40 ? "left" : "center"; // clear of the axis' numbers
      pen.fillText("decision " + mark, x, top - 6);
      pen.restore();
    },
  });

  // ---- the kinds ----
  const kinds = {
    // Weight from, weight to, pairs.
    histogram: data => ({
      height: 320,
      type: "bar",
      data: {datasets: [
        bar("Not linked", data.rows.filter(row => data.mark === null || row[1] <= data.mark).map(row => ({x: (row[0] + row[1]) / 2, y: row[2]})), "unlinked"),
        bar("At or above the decision", data.rows.filter(row => data.mark !== null && row[1] > data.mark).map(row => ({x: (row[0] + row[1]) / 2, y: row[2]})), "linked"),
      ].map(set => ({...set, barPercentage: 1, categoryPercentage: .94, maxBarThickness: undefined, grouped: false}))},
      options: {scales: {x: axis("match weight (bits)", {type: "linear", offset: false}), y: axis("pairs", {beginAtZero: true})}},
      plugins: [decision(data.mark)],
    }),
    // Group, records, rate, low, high, difference: the rate with its interval.
    rates: data => ({
      height: 100 + rows(column(data, 0)),
      type: "bar",
      data: {labels: column(data, 0), datasets: [
        {type: "line", label: "Linked", data: column(data, 3), showLine: false, pointRadius: 5, pointBackgroundColor: colour("linked"), borderColor: colour("linked")},
        bar("95 % interval", data.rows.map(row => row[4] === null ? null : [row[4], row[5]]), "soft", {barThickness: 4}),
      ]},
      options: {indexAxis: "y", scales: {x: axis("share of records linked", {beginAtZero: false, ticks: {callback: percent, maxRotation: 0}}), y: names}},
    }),
    // Group ..., standardised difference in the last column.
    differences: data => ({
      height: Math.max(120, 68 + rows(column(data, 0))), // its rows beside those of the rates, which have a legend
      type: "bar",
      data: {labels: column(data, 0), datasets: [bar("Standardised difference", column(data, data.head.length - 1), "linked")]},
      options: {indexAxis: "y", plugins: {legend: {display: false}}, scales: {x: axis("standardised difference, linked less not linked", {suggestedMin: -.1, suggestedMax: .1, ticks: {maxRotation: 0}}), y: names}},
    }),
    // Comparison, level, m, u, weight.
    weights: data => ({
      height: 60 + rows(data.rows.map(row => level(row[0], row[1]))),
      type: "bar",
      data: {labels: data.rows.map(row => level(row[0], row[1])), datasets: [
        {...bar("Match weight", column(data, 4), "linked"), backgroundColor: column(data, 4).map(bits => colour(bits < 0 ? "unlinked" : "linked"))},
      ]},
      options: {indexAxis: "y", plugins: {legend: {display: false}}, scales: {x: axis("match weight (bits): for a match to the right"), y: names}},
    }),
    // Term, level, bits, sum so far.
    waterfall: data => ({
      height: 100 + rows(data.rows.map(row => level(row[0], row[1]))),
      type: "bar",
      data: {labels: data.rows.map(row => level(row[0], row[1])), datasets: [{
        ...bar("Bits", data.rows.map(row => row[2] === null ? [0, row[3]] : [row[3] - row[2], row[3]]), "good"),
        backgroundColor: data.rows.map(row => colour(row[2] === null ? "linked" : row[2] < 0 ? "bad" : "good")),
      }]},
      options: {indexAxis: "y", plugins: {legend: {display: false}}, scales: {x: axis("match weight so far (bits)"), y: names}},
      plugins: [decision(data.mark)],
    }),
    // Weight, precision, recall, F1.
    curve: data => ({
      height: 340,
      type: "line",
      data: {datasets: ["good", "linked", "unlinked"].map((name, k) => ({
        label: data.head[k + 1], data: data.rows.map(row => ({x: row[0], y: row[k + 1]})), borderColor: colour(name), backgroundColor: colour(name),
        borderDash: [[], [7, 3], [2, 3]][k], pointRadius: 2, borderWidth: 2,
      }))},
      options: {scales: {x: axis("decision (match weight, bits)", {type: "linear"}), y: axis("", {ticks: {callback: percent}})}},
      plugins: [decision(data.mark)],
    }),
    // Measure, estimate, low, high.
    intervals: data => ({
      height: 80 + rows(column(data, 0)),
      type: "bar",
      data: {labels: column(data, 0), datasets: [
        {type: "line", label: "Estimate", data: column(data, 1), showLine: false, pointRadius: 5, pointBackgroundColor: colour("linked"), borderColor: colour("linked")},
        bar("95 % interval", data.rows.map(row => row[2] === null ? null : [row[2], row[3]]), "soft", {barThickness: 4}),
      ]},
      options: {indexAxis: "y", scales: {x: axis("", {beginAtZero: false, ticks: {callback: percent, maxRotation: 0}}), y: names}},
    }),
    // Name, count.
    bars: data => ({
      height: 280,
      type: "bar",
      data: {labels: column(data, 0), datasets: [bar(data.head[1], column(data, 1), "linked", {maxBarThickness: 60})]},
      options: {plugins: {legend: {display: false}}, scales: {x: axis(data.head[0], {grid: {display: false}}), y: axis(data.head[1], {beginAtZero: true})}},
    }),
  };

  // ---- drawing ----
  const charts = [];
  function draw(box) {
    const table = document.getElementById(box.dataset.of), data = read(table);
    if (!data.rows.length || typeof Chart === "undefined") return;
    names.ticks.color = colour("text");
    legend.labels.color = colour("text");
    const kind = kinds[box.dataset.kind](data), canvas = document.createElement("canvas");
    box.style.height = kind.height + "px";
    canvas.setAttribute("aria-hidden", "true");
    box.replaceChildren(canvas);
    charts.push(new Chart(canvas, {
      type: kind.type, data: kind.data, plugins: kind.plugins || [],
      options: {...kind.options, layout: {padding: {top: kind.plugins ? 22 : 0}}, maintainAspectRatio: false, animation: still, devicePixelRatio: Math.max(2, devicePixelRatio),
        plugins: {legend, ...kind.options.plugins}},
    }));
  }
  function redraw() {
    while (charts.length) charts.pop().destroy();
    document.querySelectorAll(".drawing").forEach(draw);
    document.documentElement.dataset.charts = charts.length;
  }
  redraw();
  dark.addEventListener("change", redraw);

  // ---- paper: light, and the table of every chart open (the flow diagram has all its numbers) ----
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".chart details:not([open])")];
    opened.forEach(details => { details.open = true; });
    redraw();
  });
  addEventListener("afterprint", () => {
    opened.forEach(details => { details.open = false; });
    redraw();
  });
})();

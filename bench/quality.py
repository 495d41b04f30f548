"""The table of bench/quality.sh: one row a result folder. usage: quality.py OUT ORACLE MACHINE ROW...; writes OUT/quality.json."""
import json
import os
import sys


def read(path):
    try:
        with open(path) as f:
            return json.load(f)
    except FileNotFoundError:
        return {}


def expected_precision(result):
    """What Carrick says without labels: of the evaluation where it stands there, else of the model."""
    evaluation, model = read(f"{result}/evaluation.json"), read(f"{result}/model.json")
    for holder in (evaluation.get("expected"), model.get("expected")):
        if isinstance(holder, dict) and holder.get("precision") is not None:
            return holder["precision"]
    return None


def collect(out, oracle, row):
    result = f"{out}/{row}/result"
    evaluation, splink = read(f"{result}/evaluation.json"), read(f"{out}/{row}/splink.json")
    closure = evaluation["closure"]
    with open(f"{out}/{row}/seconds") as f:
        seconds = float(f.read())
    found = {"set": row, "records": evaluation["records"], "candidates": evaluation["candidates"],
             "oracle_candidates": read(f"{oracle}/{row}/scores.json").get("candidates"),
             "blocking_recall": evaluation["blocking_recall"], "f1": closure["f1"], "precision": closure["precision"],
             "recall": closure["recall"], "best_f1": closure["best_f1"], "best_weight": closure["best_weight"],
             "expected_precision": expected_precision(result), "seconds": seconds}
    found["expected"] = collect_expected(out, row)
    run, choice = read(f"{result}/run.json"), read(f"{result}/choice.json")
    took = {stage["name"]: stage.get("seconds") for stage in run.get("stages", [])}
    if choice:
        found["estimated_recall"] = choice["estimated_recall"]
        found["choose_seconds"] = took.get("choose")
    if splink:
        found["splink"] = splink
    return found


def number(value, digits=4):
    return "–" if value is None else f"{value:.{digits}f}".replace("0.", ".", 1) if value < 1 else f"{value:.{digits}f}"


def band_truth(evaluation, low, high):
    """Pairs of links.h5 with a known truth from `low` to `high` bits, and the true ones; None where the table does not reach."""
    table = {row["weight"]: row["edge"] for row in evaluation["table"]}
    if low is None or low not in table:
        return None
    above = table.get(high, {"links": 0, "tp": 0})
    return table[low]["links"] - above["links"], table[low]["tp"] - above["tp"]


def collect_expected(out, row):
    """[estimate, [low, high], truth] of each measure, and the bands."""
    result = f"{out}/{row}/result"
    evaluation, estimates = read(f"{result}/evaluation.json"), read(f"{result}/estimates.json")
    if not estimates:
        return None
    edge, closure, persons, blocking = evaluation["edge"], evaluation["closure"], estimates["persons"], estimates["blocking"]
    candidates = evaluation["true_candidates"]

    def compare(holder, key, truth):
        return [holder[key], holder[f"{key}_interval"], truth]
    bands = []
    for band in estimates["bands"]:
        truth = band_truth(evaluation, band["from"], band["to"])
        if truth:
            bands.append({"from": band["from"] - estimates["decision_weight"], "pairs": truth[0], "expected": band["matches"], "true": truth[1]})
    return {"matches": compare(estimates, "matches", candidates), "precision": compare(estimates, "precision", edge["precision"]),
            "recall": compare(estimates, "recall", edge["right"] / candidates if candidates else None),
            "persons_precision": compare(persons, "precision", closure["precision"]),
            "persons_recall": compare(persons, "recall", closure["recall"]),
            "blocking_recall": compare(blocking, "recall", evaluation["blocking_recall"]), "bands": bands}


def cell(compared):
    estimate, interval, truth = compared
    places = 0 if estimate is not None and estimate > 1.5 else 3
    if estimate is None:
        return ["–", "", number(truth, 3)]
    inside = f"{number(interval[0], places)}–{number(interval[1], places)}" if interval else ""
    return [number(estimate, places), inside, number(truth, places)]


def print_markdown(head, lines):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for line in lines:
        print("| " + " | ".join(line) + " |")


def print_expected(rows):
    """Expected against true, in the form of docs/methods.md: expected (interval) / true."""
    names = [("matches", "matches among candidates"), ("precision", "precision of links"), ("recall", "recall of candidates"),
             ("persons_precision", "precision of persons"), ("persons_recall", "recall of persons"), ("blocking_recall", "blocking recall")]
    known = [(r["set"], r["expected"]) for r in rows if r.get("expected")]
    print("\nExpected (95 of 100 possible truths) / true:\n")
    lines = []
    for name, e in known:
        cells = [cell(e[key]) for key, _ in names]
        lines.append([name] + [f"{a} ({b}) / {t}" if b else f"{a} / {t}" for a, b, t in cells])
    held = [sum(1 for _, e in known if e[key][1] and e[key][1][0] - 5e-4 <= e[key][2] <= e[key][1][1] + 5e-4) for key, _ in names]
    asked = [sum(1 for _, e in known if e[key][1]) for key, _ in names]
    lines.append(["truths inside"] + [f"{h} of {a}" for h, a in zip(held, asked)])
    print_markdown(["set"] + [title for _, title in names], lines)
    sums = {}
    for _, e in known:
        for band in e["bands"]:
            total = sums.setdefault(band["from"], [0, 0.0, 0])
            total[0] += band["pairs"]
            total[1] += band["expected"]
            total[2] += band["true"]
    print("\nBy band, all sets together:\n")
    print_markdown(["bits from the decision", "pairs", "expected share of matches", "true share"],
                   [[f"{low:g}", f"{n}", f"{e / n:.3f}", f"{t / n:.3f}"] for low, (n, e, t) in sorted(sums.items()) if n])


def print_table(rows):
    with_splink = any("splink" in r for r in rows)
    head = ["set", "records", "candidates", "oracle", "block R", "F1", "P", "R", "exp. P", "best F1", "at", "s"]
    chose = any("choose_seconds" in r for r in rows)
    head += ["est. R", "pairs/rec", "choose s"] if chose else []
    head += ["Splink best", "at", ".95", ".99", "s"] if with_splink else []
    table = [head]
    for r in rows:
        oracle = "–" if r["oracle_candidates"] is None else "same" if r["oracle_candidates"] == r["candidates"] else f"{r['oracle_candidates']}"
        line = [r["set"], str(r["records"]), str(r["candidates"]), oracle, number(r["blocking_recall"]), number(r["f1"]),
                number(r["precision"]), number(r["recall"]), number(r["expected_precision"]), number(r["best_f1"]),
                "–" if r["best_weight"] is None else f"{r['best_weight']:g}", number(r["seconds"], 1)]
        if chose:
            line += [number(r.get("estimated_recall")), number(r["candidates"] / max(1, r["records"]), 1), number(r.get("choose_seconds"), 1)]
        if with_splink:
            s = r.get("splink", {}).get("closure")
            line += [number(s["best"]["f1"]), f"{s['best']['weight']:g}", number(s["at_probability"]["0.95"]["f1"]),
                     number(s["at_probability"]["0.99"]["f1"]), number(r["splink"]["total_seconds"], 1)] if s else ["–"] * 5
        table.append(line)
    width = [max(len(line[i]) for line in table) for i in range(len(head))]
    for line in table:
        print("  ".join(x.ljust(w) if i == 0 else x.rjust(w) for i, (x, w) in enumerate(zip(line, width))))


def main():
    out, oracle, machine, *names = sys.argv[1:]
    rows = [collect(out, oracle, name) for name in names]
    print_table(rows)
    print("\nF1, P, R: pairs inside persons, at the default decision; pairs that no rule makes are misses. exp. P: precision as expected without labels.")
    print("best F1: at the best whole weight, which needs labels. oracle: candidates that Splink made from the same data.")
    if any("estimated_recall" in r for r in rows):
        print("est. R: blocking recall as the choice of rules expects it, without labels. choose s: what it took of the seconds.")
    if any(r.get("expected") for r in rows):
        print_expected(rows)
    with open(os.path.join(out, "quality.json"), "w") as f:
        json.dump({"bench": "quality", "machine": machine, "rows": rows}, f, indent=1)


main()

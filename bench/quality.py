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
    if splink:
        found["splink"] = splink
    return found


def number(value, digits=4):
    return "–" if value is None else f"{value:.{digits}f}".replace("0.", ".", 1) if value < 1 else f"{value:.{digits}f}"


def print_table(rows):
    with_splink = any("splink" in r for r in rows)
    head = ["set", "records", "candidates", "oracle", "block R", "F1", "P", "R", "exp. P", "best F1", "at", "s"]
    head += ["Splink best", "at", ".95", ".99", "s"] if with_splink else []
    table = [head]
    for r in rows:
        oracle = "–" if r["oracle_candidates"] is None else "same" if r["oracle_candidates"] == r["candidates"] else f"{r['oracle_candidates']}"
        line = [r["set"], str(r["records"]), str(r["candidates"]), oracle, number(r["blocking_recall"]), number(r["f1"]),
                number(r["precision"]), number(r["recall"]), number(r["expected_precision"]), number(r["best_f1"]),
                "–" if r["best_weight"] is None else f"{r['best_weight']:g}", number(r["seconds"], 1)]
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
    with open(os.path.join(out, "quality.json"), "w") as f:
        json.dump({"bench": "quality", "machine": machine, "rows": rows}, f, indent=1)


main()

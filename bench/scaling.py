"""The tables of bench/scaling.sh. usage: scaling.py OUT MACHINE; reads OUT/measured.jsonl, writes OUT/scaling.json."""
import json
import statistics
import sys


def stage(run, name):
    return next(s for s in run["stages"] if s["name"] == name)


def cores_table(lines):
    """Median seconds of the link stage of each setting, and the median over rounds of its ratio to one rank with one thread."""
    rounds = {}
    for line in lines:
        rounds.setdefault(line["round"], {})[line["what"]] = line["run"]
    settings = list(rounds[min(rounds)])
    table = []
    for setting in settings:
        runs = [r[setting] for r in rounds.values()]
        ratios = [stage(r["1x1"], "link")["seconds"] / stage(r[setting], "link")["seconds"] for r in rounds.values()]
        ranks, threads = map(int, setting.split("x"))
        seconds = statistics.median(stage(r, "link")["seconds"] for r in runs)
        candidates = stage(runs[0], "link")["counts"]["candidates"]
        table.append({"ranks": ranks, "threads": threads, "link_seconds": seconds, "times_one": statistics.median(ratios), "ratios": ratios,
                      "candidates": candidates, "mpairs_per_second_and_core": candidates / seconds / ranks / threads * 1e-6,
                      "peak_bytes": max(stage(r, "link")["peak_rss_sum_bytes"] for r in runs)})
    return table


def sizes_table(lines):
    table = []
    for run in (line["run"] for line in lines):
        cores, link = run["ranks"] * run["threads"], stage(run, "link")
        candidates = link["counts"]["candidates"]
        table.append({"records": stage(run, "ingest")["counts"]["records"], "candidates": candidates,
                      "seconds": {s["name"]: s["seconds"] for s in run["stages"]}, "total_seconds": run["total_seconds"], "cores": cores,
                      "link_mpairs_per_second_and_core": candidates / link["seconds"] / cores * 1e-6,
                      "run_mpairs_per_second_and_core": candidates / run["total_seconds"] / cores * 1e-6,
                      "peak_bytes": run["peak_rss_sum_bytes"]})
    return table


def print_cores(table):
    print(f"link stage, {table[0]['candidates']} pairs\n\n{'ranks':>5} {'threads':>7} {'seconds':>8} {'times 1x1':>9} {'M pairs/s/core':>14} {'peak MB':>8}")
    for r in table:
        print(f"{r['ranks']:>5} {r['threads']:>7} {r['link_seconds']:>8.2f} {r['times_one']:>9.2f} {r['mpairs_per_second_and_core']:>14.2f} "
              f"{r['peak_bytes'] / 1e6:>8.0f}")
    print()


def print_sizes(table):
    stages = list(table[0]["seconds"])
    print(f"size, {table[0]['cores']} cores; M pairs per second and core of the link stage and of the whole run\n\n{'records':>9} {'pairs':>11} "
          + " ".join(f"{s + ' s':>10}" for s in stages) + f" {'total s':>8} {'link':>6} {'run':>6} {'peak MB':>8}")
    for r in table:
        print(f"{r['records']:>9} {r['candidates']:>11} " + " ".join(f"{r['seconds'][s]:>10.2f}" for s in stages)
              + f" {r['total_seconds']:>8.2f} {r['link_mpairs_per_second_and_core']:>6.2f} {r['run_mpairs_per_second_and_core']:>6.2f} "
              f"{r['peak_bytes'] / 1e6:>8.0f}")


def main():
    out, machine = sys.argv[1:]
    with open(f"{out}/measured.jsonl") as f:
        lines = [json.loads(line) for line in f]
    cores, sizes = [x for x in lines if x["what"] != "size"], [x for x in lines if x["what"] == "size"]
    result = {"bench": "scaling", "machine": machine, "cores": cores_table(cores) if cores else [], "sizes": sizes_table(sizes) if sizes else []}
    print(f"{machine}\n")
    if cores:
        print_cores(result["cores"])
    if sizes:
        print_sizes(result["sizes"])
    with open(f"{out}/scaling.json", "w") as f:
        json.dump(result, f, indent=1)


main()

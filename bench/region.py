"""The table of bench/region.sh. usage: region.py OUT MACHINE DATA; reads what the script left in OUT, writes OUT/region.json."""
import glob
import json
import os
import statistics
import sys


def read(path):
    with open(path) as f:
        return json.load(f)


def carrick(out):
    runs = [read(path) for path in sorted(glob.glob(f"{glob.escape(out)}/carrick.*.json"))]
    stages = [s["name"] for s in runs[0]["run"]["stages"]]
    seconds = {name: statistics.median(s["seconds"] for r in runs for s in r["run"]["stages"] if s["name"] == name) for name in stages}
    first = runs[0]["run"]
    link = next(s for s in first["stages"] if s["name"] == "link")
    closure = read(f"{out}/result/evaluation.json")["closure"]
    return {"wall_seconds": statistics.median(r["wall_seconds"] for r in runs), "all_wall_seconds": [r["wall_seconds"] for r in runs],
            "stage_seconds": seconds, "ranks": first["ranks"], "threads": first["threads"],
            "peak_bytes": max(r["run"]["peak_rss_sum_bytes"] for r in runs), "candidates": link["counts"]["candidates"],
            "links": link["counts"]["links"], "closure": closure, "versions": first["versions"]}


def line(name, seconds, peak, links, f1, precision, recall):
    print(f"{name:<26} {seconds:>9.2f} {peak / 1e6:>9.0f} {links:>10} {f1:>7.4f} {precision:>7.4f} {recall:>7.4f}")


def main():
    out, machine, data = sys.argv[1:]
    ours = carrick(out)
    records = read(f"{out}/result/evaluation.json")["records"]
    result = {"bench": "region", "machine": machine, "data": data, "records": records, "carrick": ours}
    print(f"{records} records ({data}), {ours['candidates']} candidate pairs; {machine}; Carrick on {ours['ranks']} rank(s) x {ours['threads']} thread(s)\n")
    print(f"{'':<26} {'seconds':>9} {'peak MB':>9} {'links':>10} {'F1':>7} {'P':>7} {'R':>7}")
    c = ours["closure"]
    line("Carrick, default decision", ours["wall_seconds"], ours["peak_bytes"], ours["links"], c["f1"], c["precision"], c["recall"])
    if os.path.exists(f"{out}/splink.json"):
        theirs = result["splink"] = read(f"{out}/splink.json")
        for name, q in (("Splink 5.0.0 at weight 5", theirs["closure"]["at_cluster"]),
                        (f"Splink 5.0.0, best ({theirs['closure']['best']['weight']:g})", theirs["closure"]["best"])):
            line(name, theirs["total_seconds"], theirs["peak_rss_bytes"], theirs["links"], q["f1"], q["precision"], q["recall"])
        result["times_faster"] = theirs["total_seconds"] / ours["wall_seconds"]
        result["times_less_memory"] = theirs["peak_rss_bytes"] / ours["peak_bytes"]
        print(f"\nCarrick is {result['times_faster']:.1f} times as fast, in 1/{result['times_less_memory']:.1f} of the memory.")
    print("Stages of Carrick: " + ", ".join(f"{k} {v:.2f} s" for k, v in ours["stage_seconds"].items()) + ".")
    if "splink" in result:
        print("Stages of Splink: " + ", ".join(f"{k} {v:.2f} s" for k, v in result["splink"]["seconds"].items()) + ".")
    with open(f"{out}/region.json", "w") as f:
        json.dump(result, f, indent=1)


main()

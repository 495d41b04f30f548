"""The table of kernels.sh. usage: kernels_table.py CARRICK.json RAPIDFUZZ.json OUT.json"""
import json, sys

ours, theirs = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
print(f"{ours['names']} values of {ours['mean_letters']:.1f} letters, blocks of 500; M pairs/s on one core, best; rapidfuzz {theirs['version']} cdist")
print(f"{'task':<32}{'isa':>8}{'Carrick':>10}{'rapidfuzz':>11}{'ratio':>8}{'wrong':>7}")
rows = []
for r in theirs["results"]:
    for o in ours["results"]:
        if o["task"] == r["task"] and o["pairs"] == "blocks":
            ratio = o["best_mpairs_per_second"] / r["best"]
            rows.append({"task": r["task"], "isa": o["isa"], "carrick": o["best_mpairs_per_second"], "rapidfuzz": r["best"], "ratio": ratio, "wrong": o["wrong"]})
            print(f"{r['task']:<32}{o['isa']:>8}{o['best_mpairs_per_second']:>10.1f}{r['best']:>11.1f}{ratio:>8.1f}{o['wrong']:>7}")
json.dump({"names": ours["names"], "rapidfuzz": theirs["version"], "rows": rows}, open(sys.argv[3], "w"), indent=1)
sys.exit(70 if any(row["wrong"] for row in rows) else 0)

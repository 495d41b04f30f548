"""What bench/update.sh counts: python3 update.py mix FROM TO OUT SHARE, or python3 update.py table OUT SHAPE"""
import csv
import hashlib
import json
import os
import shutil
import sys
from collections import Counter, defaultdict

SOURCES = ("gp", "inpatient", "emergency", "outpatient")
FEW = 100  # rows: of a small region one person with many contacts is more than one in a thousand


def lines_of(folder, source):
    """The header, and every row's text by its id, which is the first field. No row here has a line break or a quoted id."""
    with open(os.path.join(folder, source + ".csv"), newline="") as file:
        header = next(file)
        return header, {line.split(",", 1)[0]: line for line in file}


def mix(before, after, out, share):
    """Extracts of `before` to which so much of what happened until `after` has come that about a share of the rows is new, changed or gone."""
    os.makedirs(out, exist_ok=True)
    changed = total = 0
    pairs = {}
    for source in SOURCES:
        header, old = lines_of(before, source)
        _, new = lines_of(after, source)
        news = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
        pairs[source] = header, old, new, news
        changed += len(news)
        total += len(new)
    limit = share * total / max(changed, 1)
    for source, (header, old, new, news) in pairs.items():
        # By a hash of the id, so that the same rows are chosen every time.
        come = {key for key in news if int(hashlib.md5((source + key).encode()).hexdigest()[:8], 16) / 2**32 < limit}
        with open(os.path.join(out, source + ".csv"), "w", newline="") as file:
            file.write(header)
            for key in sorted(old.keys() | come):
                line = new.get(key) if key in come else old[key]
                if line:
                    file.write(line)
    # Whose each row is does not change: the truth of both.
    seen = set()
    with open(os.path.join(out, "truth.csv"), "w") as file:
        for folder in (before, after):
            with open(os.path.join(folder, "truth.csv")) as truth:
                for line in truth:
                    if line not in seen:
                        seen.add(line)
                        file.write(line)


def read_quarter(data, result):
    """(source, id) -> (hash of the row, entity, person), of the rows that were linked."""
    rows, entity, person = {}, {}, {}
    for source in SOURCES:
        for key, line in lines_of(data, source)[1].items():
            rows[source, key] = hash(line)
    with open(os.path.join(data, "truth.csv"), newline="") as file:
        for row in csv.reader(file):
            entity[row[0], row[1]] = row[2]
    with open(result + ".index.csv", newline="") as file:
        next(file)
        for source, key, who in csv.reader(file):
            person[source, key] = who
    return {key: (rows[key], entity[key], person[key]) for key in person}


def log_of(result, date):
    with open(os.path.join(result, "ids.csv"), newline="") as file:
        return [row for row in csv.DictReader(file) if row["as_of"] == date]


def by(rows, place):
    groups = defaultdict(set)
    for key, row in rows.items():
        groups[row[place]].add((key, row[0]) if place == 1 else key)
    return groups


def entities_of(rows, keys):
    return Counter(rows[key][1] for key in keys)


def judge(before, after, log):
    """How many merges and splits of the log the truth bears out: both old persons were one, or the parts of one were two."""
    old, new = by(before, 2), by(after, 2)
    right = Counter()
    for line in log:
        if line["reason"] == "merged" and line["old_id"] in old and line["new_id"] in old:
            right["merged"] += bool(entities_of(before, old[line["old_id"]]).keys() & entities_of(before, old[line["new_id"]]).keys())
        if line["reason"] == "split" and line["old_id"] in old and line["new_id"] in new:
            part = {after[key][1] for key in new[line["new_id"]]}
            rest = {after[key][1] for key in new.get(line["old_id"], ())}
            right["split"] += not part & rest
    return right


def compare(before, after, log):
    """One quarter against the one before it."""
    old, new = by(before, 1), by(after, 1)
    same = [entity for entity, rows in new.items() if old.get(entity) == rows]
    rows = [key for entity in same for key, _ in new[entity]]
    kept = sum(before[key][2] == after[key][2] for key in rows)
    reasons = Counter(line["reason"] for line in log)
    ids_before, ids_after = {row[2] for row in before.values()}, {row[2] for row in after.values()}
    ended = {line["old_id"] for line in log if line["reason"] in ("merged", "retired")}
    came = {line["new_id"] for line in log if line["reason"] in ("new", "split")}
    return {
        "rows": len(after),
        "fresh": sum(key not in before or before[key][0] != row[0] for key, row in after.items()),
        "gone": sum(key not in after for key in before),
        "people": len(same),
        "kept": kept / max(len(rows), 1),
        "lost": len(rows) - kept,
        "log": reasons,
        "right": judge(before, after, log),
        "came": len(new.keys() - old.keys()),
        "went": len(old.keys() - new.keys()),
        "balanced": (ids_before - ended) | came == ids_after,
    }


def too_few(kept, lost):
    """Are ids of people whom nothing happened to lost, more than chance takes in a small region?"""
    return kept < 0.999 and lost > FEW


def find(value, key):
    """The first value of the key, wherever it is."""
    if isinstance(value, dict):
        if key in value:
            return value[key]
        for inner in value.values():
            found = find(inner, key)
            if found is not None:
                return found
    return None


def quality(result):
    with open(os.path.join(result, "evaluation.json")) as file:
        evaluation = json.load(file)
    persons = evaluation.get("persons", evaluation)
    return "%.4f / %.4f" % (find(persons, "precision"), find(persons, "recall"))


def stage_seconds(result):
    """Elapsed seconds by stage, those of a job's passes added up."""
    seconds = Counter()
    folders = [result]
    stages = os.path.join(result, "stages")
    if os.path.isdir(stages):
        folders += [os.path.join(stages, name) for name in os.listdir(stages)]
    candidates = 0
    for folder in folders:
        with open(os.path.join(folder, "run.json")) as file:
            run = json.load(file)
        for stage in run["stages"]:
            seconds[stage["name"]] += stage["seconds"]
            if stage["name"] == "link" and (folder != result or len(folders) == 1):
                candidates += stage["counts"]["candidates"]
    return seconds, candidates


def table_of_quarters(out):
    good = True
    print("| quarter | rows | new or changed, gone | rows of people whom nothing happened to, with the id of the quarter before | log: new, merged (right), split (right), moved, retired "
          "| truth: people who came, who went | pairs inside persons: precision / recall |")
    print("|---|---|---|---|---|---|---|")
    before = read_quarter(f"{out}/data1", f"{out}/q1")
    first = before
    for quarter in range(2, 6):
        after = read_quarter(f"{out}/data{quarter}", f"{out}/q{quarter}")
        found = compare(before, after, log_of(f"{out}/q{quarter}", date_of(out, quarter)))
        log, right = found["log"], found["right"]
        print(f"| {quarter - 1} | {found['rows']:,} | {found['fresh'] / found['rows']:.1%}, {found['gone'] / found['rows']:.1%} | {found['kept']:.4%} | "
              f"{log['new']:,}, {log['merged']:,} ({right['merged']:,}), {log['split']:,} ({right['split']:,}), {log['moved']:,}, {log['retired']:,} | "
              f"{found['came']:,}, {found['went']:,} | {quality(f'{out}/q{quarter}')} |")
        if too_few(found["kept"], found["lost"]):
            good = False
            print(f"\nquarter {quarter - 1}: too few ids are kept", file=sys.stderr)
        if not found["balanced"]:
            good = False
            print(f"\nquarter {quarter - 1}: the ids in use are not those before, without the ended and with the new ones of the log", file=sys.stderr)
        before = after
    old, new = by(first, 1), by(before, 1)
    rows = [key for entity, rows in new.items() if old.get(entity) == rows for key, _ in rows]
    held = sum(first[key][2] == before[key][2] for key in rows)
    kept = held / max(len(rows), 1)
    print(f"\nOver the four quarters: {len(rows):,} rows of people whom nothing happened to, {kept:.4%} with the id of the first index.")
    if too_few(kept, len(rows) - held):
        good = False
        print("\nover the four quarters too few ids are kept", file=sys.stderr)
    return good


def date_of(out, quarter):
    with open(os.path.join(out, f"data{quarter}", "shape.json")) as file:
        return json.load(file)["as_of"]


def table_of_times(out):
    runs = [("a full run", "full"), ("an update", "small")]
    print("\n| | " + " | ".join(name for name, _ in runs) + " | of it |")
    print("|---|---|---|---|")
    users, stages, pairs = [], [], []
    for _, folder in runs:
        with open(f"{out}/{folder}.times") as file:
            users.append(min(sum(map(float, line.split()[:2])) for line in file))
        seconds, candidates = stage_seconds(f"{out}/{folder}")
        stages.append(seconds)
        pairs.append(candidates)
    print(f"| pairs made | {pairs[0]:,} | {pairs[1]:,} | {pairs[1] / max(pairs[0], 1):.1%} |")
    print(f"| computing, s | {users[0]:.1f} | {users[1]:.1f} | {users[1] / users[0]:.0%} |")
    for stage in ("ingest", "train", "link", "cluster"):
        print(f"| {stage}, elapsed s | {stages[0][stage]:.2f} | {stages[1][stage]:.2f} | {stages[1][stage] / max(stages[0][stage], 1e-9):.0%} |")


def main():
    if sys.argv[1] == "mix":
        mix(sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]))
        shutil.copy(os.path.join(sys.argv[2], "shape.json"), sys.argv[4])
    else:
        good = table_of_quarters(sys.argv[2])
        table_of_times(sys.argv[2])
        sys.exit(not good)


main()

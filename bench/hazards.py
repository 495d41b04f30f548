"""The table of bench/hazards.sh. usage: hazards.py DATA OUT METHOD...: the region's truth and OUT/METHOD.csv (the index of each method).

Two kinds of hazard. People who are alike (twins, a father and a son of one name): at risk are pairs of people who both have a row; such a pair is merged
when rows of both are in one person of the index. Rows that are wrong or empty in a field (a placeholder for a date): at risk are the rows; such a row is merged
when it shares its person of the index with a row of somebody else. In both, split are the pairs of rows of one person at risk (of which one has the
hazard, where rows have it) that are in two persons of the index."""
import collections
import csv
import itertools
import json
import os
import sys


def rows(path):
    with open(path, newline="") as f:
        yield from csv.DictReader(f)


def pairs_of(groups):
    return {tuple(sorted(pair)) for group in groups for pair in itertools.combinations(set(group), 2)}


def grouped(people, key):
    groups = collections.defaultdict(list)
    for person in people:
        if key(person):
            groups[key(person)].append(person["entity"])
    return [group for group in groups.values() if 1 < len(group)]


def alike(people, homes):
    """Pairs of people by hazard."""
    by_entity = {p["entity"]: p for p in people}
    of_mother = grouped(people, lambda p: p["mother"])
    families = pairs_of(of_mother)
    at_home = {e: h["household"] for e, h in homes.items()}
    care = collections.defaultdict(list)
    for e, h in homes.items():
        if h["kind"] == "care_home":
            care[h["uprn"]].append(e)
    def one_home(pair):
        return pair[0] in at_home and at_home[pair[0]] == at_home.get(pair[1])
    def full_name(p):
        return p["forename"], p["surname"]
    def born(e):
        return by_entity[e]["birth_date"]
    parents = {tuple(sorted((p["entity"], p[side]))) for p in people for side in ("mother", "father") if p[side] in by_entity}
    return {
        "twins": {p for p in families if born(p[0]) == born(p[1])},
        "siblings at one address": {p for p in families if born(p[0]) != born(p[1]) and one_home(p)},
        "parent and child of one forename": {p for p in parents if by_entity[p[0]]["forename"] == by_entity[p[1]]["forename"]},
        "mother and a baby of the year": {p for p in parents if max(born(p[0]), born(p[1])) >= "2025"},
        "one name, one birthday, not 1 January": pairs_of(grouped(people, lambda p: not p["birth_date"].endswith("-01-01") and (*full_name(p), p["birth_date"]))),
        "one name, one birthday, 1 January": pairs_of(grouped(people, lambda p: p["birth_date"].endswith("-01-01") and (*full_name(p), p["birth_date"]))),
        "one name in one postcode": pairs_of(grouped(people, lambda p: p["entity"] in homes and (*full_name(p), homes[p["entity"]]["postcode"]))),
        "residents of one care home": pairs_of(care.values()),
    }


ROW_HAZARDS = [("1 January for another birthday", "dob", "placeholder_1_january"), ("1900-01-01", "dob", "placeholder_1900"),
               ("baby not yet named", "forename", "baby_name"), ("mother's NHS number", "nhs_number", "mothers"),
               ("test-range NHS number", "nhs_number", "test_range"), ("ZZ99 postcode", "postcode", "pseudo_postcode"),
               ("forename and surname exchanged", "forename", "exchanged_with_surname")]


def read_index(path, truth):
    """(source, id) -> person of the index, of rows whose truth is known."""
    return {key: row["person"] for row in rows(path) if (key := (row["source"], row["id"])) in truth}


def count_pairs(n):
    return n * (n - 1) // 2


def split_of_entities(entities, rows_of, person_of):
    """True pairs of these people, and how many are apart."""
    total = together = 0
    for e in entities:
        parts = collections.Counter(person_of[r] for r in rows_of.get(e, ()))
        total += count_pairs(sum(parts.values()))
        together += sum(map(count_pairs, parts.values()))
    return total, total - together


def split_of_rows(marked, truth, rows_of, person_of):
    total = apart = 0
    for row in marked:
        for other in rows_of[truth[row]]:
            if other == row or (other in marked and other < row):
                continue
            total += 1
            apart += person_of[row] != person_of[other]
    return total, apart


def measure(path, truth, rows_of, relations, marked):
    person_of = read_index(path, truth)
    inside = collections.defaultdict(set)
    for row, person in person_of.items():
        inside[person].add(truth[row])
    merged = pairs_of(entities for entities in inside.values() if 1 < len(entities))
    impure = {person for person, entities in inside.items() if 1 < len(entities)}
    table = []
    everybody = split_of_entities(rows_of, rows_of, person_of)
    table.append(("any row", len(person_of), sum(p in impure for p in person_of.values()), *everybody))
    for name, pairs in relations.items():
        at_risk = {p for p in pairs if p[0] in rows_of and p[1] in rows_of}
        table.append((name, len(at_risk), len(at_risk & merged), *split_of_entities({e for p in at_risk for e in p}, rows_of, person_of)))
    for name, of in marked.items():
        table.append((name, len(of), sum(person_of[r] in impure for r in of), *split_of_rows(of, truth, rows_of, person_of)))
    return table


def share(part, whole):
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else "0"


def main():
    data, out, *methods = sys.argv[1:]
    truth = {(r["source"], r["id"]): r["entity"] for r in rows(f"{data}/truth.csv")}
    indexed = {(r["source"], r["id"]) for r in rows(f"{out}/{methods[0]}.csv")}
    truth = {row: e for row, e in truth.items() if row in indexed}
    rows_of = collections.defaultdict(list)
    for row, e in truth.items():
        rows_of[e].append(row)
    errors = collections.defaultdict(set)
    for r in rows(f"{data}/errors.csv"):
        if (r["source"], r["id"]) in truth:
            errors[r["field"], r["error"]].add((r["source"], r["id"]))
    people = list(rows(f"{data}/persons.csv"))
    born_first = {p["entity"] for p in people if p["birth_date"].endswith("-01-01")}
    homes = {h["entity"]: h for h in rows(f"{data}/households.csv")}
    marked = {"birthday is 1 January": {r for r, e in truth.items() if e in born_first}}
    marked.update({name: errors[field, error] for name, field, error in ROW_HAZARDS})
    relations = alike(people, homes)
    tables = {m: measure(f"{out}/{m}.csv", truth, rows_of, relations, marked) for m in methods}
    print(f"{len(truth):,} rows of {len(rows_of):,} people in {os.path.basename(data)}\n")
    print("| hazard | at risk | true pairs | " + " | ".join(f"{m}: merged | {m}: split" for m in methods) + " |")
    print("|---|" + "---|" * (2 + 2 * len(methods)))
    for lines in zip(*tables.values()):
        name, at_risk, _, total, _ = lines[0]
        cells = [cell for line in lines for cell in (share(line[2], line[1]), share(line[4], line[3]))]
        print(f"| {name} | {at_risk:,} | {total:,} | " + " | ".join(cells) + " |")
    with open(f"{out}/hazards.json", "w") as f:
        fields = ("hazard", "at_risk", "merged", "true_pairs", "split")
        json.dump({m: [dict(zip(fields, line)) for line in t] for m, t in tables.items()}, f, indent=1)


main()

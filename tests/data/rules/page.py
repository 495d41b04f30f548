"""Print docs/published-rules.md: the cases of this folder as tables. tests/cli/rules_published.sh holds the page to it."""
import csv, pathlib

here = pathlib.Path(__file__).parent
SETS = {
    "hesid": "Replacement of the HES patient ID (HESonline). Columns: sex, date of birth, NHS number, postcode, provider, local patient number.",
    "macral": "MACRAL (Lyons and others 2009). Columns: NHS number, forename, surname, date of birth, sex, postcode.",
    "match-keys": "Match-keys after the Office for National Statistics. Columns: forename, surname, date of birth, sex, postcode.",
}


def rows(name):
    with open(here / f"{name}.csv", newline="") as f:
        return list(csv.DictReader(f))


def table(header, lines):
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for line in lines:
        print("| " + " | ".join(line) + " |")


def values(row, columns):
    return ", ".join(row[c] or "–" for c in columns)


cases = {name: rows(name) for name in [*SETS, "mps"]}
print(f"""# Presets on cases of their published rules

{sum(map(len, cases.values()))} cases, each written from a sentence of a published rule, with the step or code that the rule gives. `tests/cli/rules_published.sh` and `tests/cli/trace.sh` link and
trace them with the real program; the cases are `tests/data/rules/*.csv`. What the presets say: [rules.md](rules.md#presets), [trace.md](trace.md). – is a missing value, and `none` no link.""")
for name, about in SETS.items():
    print(f"\n## {name}\n\n{len(cases[name])} pairs of records. {about}\n")
    columns = [c[:-2] for c in cases[name][0] if c.endswith("_a")]
    table(["case", "one record", "the other", "step", "why"],
          [[r["case"], values(r, [c + "_a" for c in columns]), values(r, [c + "_b" for c in columns]), r["step"], r["why"]] for r in cases[name]])
print(f"""
## mps

{len(cases["mps"])} rows, traced in the index below. The Person_ID Handbook's code 92 is the service's own mark of a sensitive record: no rule gives it, so there is no case.
Columns: NHS number, forename, surname, date of birth, sex, postcode.
""")
columns = ["nhs", "forename", "surname", "dob", "sex", "postcode"]
table(["case", "row", "code", "step", "score", "number", "why"],
      [[r["case"], values(r, columns), r["code"], r["step"] or "–", r["score"] or "–", r["number"], r["why"]] for r in cases["mps"]])
print("\nThe index:\n")
table(["row", "person", "superseded by"], [[r["id"], values(r, columns), r["superseded_by"] or "–"] for r in rows("mps_index")])

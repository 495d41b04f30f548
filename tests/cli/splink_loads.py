"""Score the first records of a CSV with a model in Splink and compare with an exported links.csv.

usage: splink_loads.py MODEL.json LINKS.csv PAIRS INPUT.csv   (a dedupe model without lists)
"""
import csv
import itertools
import sys

import duckdb
import pandas
from splink import DuckDBAPI, Linker

model, links, count, source = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
connection = duckdb.connect()
table = pandas.read_csv(source, dtype=str, keep_default_na=False).replace({"": None})
api = DuckDBAPI(connection)
linker = Linker(api.register(table, dataset_display_name="people"), model)
pairs = linker.inference.predict(threshold_match_weight=-100000).as_pandas_dataframe()
theirs = {(r.unique_id_l, r.unique_id_r): r for r in pairs.itertuples()}
with open(links, newline="") as file:
    ours = list(itertools.islice(csv.DictReader(file), count))
for row in ours:
    other = theirs[row["id_a"], row["id_b"]]
    assert abs(float(row["match_weight"]) - other.match_weight) <= 1e-9, row
    assert row["rule"] == str(other.match_key), row
    for name in row:
        if name.startswith("gamma_"):
            assert int(row[name]) == getattr(other, name), (name, row)
assert len(ours) == count
print(f"{count} pairs with equal weights, levels and rules of {len(theirs)}")

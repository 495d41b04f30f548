"""The query of bench/pairs in DuckDB, one thread: candidate pairs to patterns, counted.

usage: pairs_duckdb.py RECORDS.csv BLOCK RUNS      (BLOCK: sector or dob; called by bench_pairs --python)
Prints the processor seconds of each run on one line, then one line a pattern: its number as in bench/pairs.yaml, and its count.
"""
import sys
import time

import duckdb

NAME = """case when l.{0} is null or r.{0} is null then 0 when l.{0} = r.{0} then 4
  when jaro_winkler_similarity(l.{0}, r.{0}) >= 0.92 then 3 when jaro_winkler_similarity(l.{0}, r.{0}) >= 0.85 then 2 else 1 end"""
PATTERN = f"""{NAME.format("forename")} + 5 * {NAME.format("surname")}
  + 25 * case when l.dob is null or r.dob is null then 0
              else 1 + (l.y = r.y)::int + (l.m = r.m)::int + (l.d = r.d)::int end
  + 125 * case when l.sex is null or r.sex is null then 0 when l.sex = r.sex then 2 else 1 end
  + 375 * case when l.postcode is null or r.postcode is null then 0 when l.postcode = r.postcode then 3
               when l.sector = r.sector then 2 else 1 end"""


def main():
    path, block, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    con = duckdb.connect(config={"threads": 1})
    con.execute("""create table t as select *, substr(dob, 1, 4) y, substr(dob, 6, 2) m, substr(dob, 9, 2) d,
        postcode[:-3] sector from read_csv(?, all_varchar = true)""", [path])
    query = f"""select {PATTERN} pattern, count(*) from t l join t r on l.{block} = r.{block} and l.id::int < r.id::int
        group by pattern order by pattern"""
    seconds = []
    for _ in range(runs):
        started = time.process_time()
        rows = con.execute(query).fetchall()
        seconds.append(time.process_time() - started)
    print(*seconds)
    for pattern, count in rows:
        print(pattern, count)


main()

"""Splink on the rules and comparisons of a Carrick job; writes one JSON object.

usage: splink_job.py RESULT/job.resolved.yaml TRAINING.yaml OUT.json [--people PEOPLE.csv] [--floor BITS] [--cluster BITS]
                     [--truth FILE ID ENTITY] [--u-pairs N]

Splink reads what Carrick cleaned (`carrick export people`, --people) or, without it, the job's own files, whose columns must then be clean
text under their own names. TRAINING.yaml holds what only Splink's training needs: `sessions` (rules), `prior: {rules, recall}`. Stages are
timed apart: read, train, predict, cluster; peak memory is that of this process before anything is measured against truth.
"""
import argparse
import json
import logging
import math
import resource
import time
import warnings

import yaml

import splink_closure
import splink_words

DEFAULT_PROBABILITIES = (.5, .95, .99, .999)


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("job")
    parser.add_argument("training")
    parser.add_argument("out")
    parser.add_argument("--people")
    parser.add_argument("--floor", type=float, default=-20)
    parser.add_argument("--cluster", type=float)
    parser.add_argument("--truth", nargs=3)
    parser.add_argument("--u-pairs", type=float, default=1e6)
    return parser.parse_args()


def read_yaml(path):
    """Every scalar as text: `on` and `null` are keys here, not values."""
    with open(path) as f:
        return yaml.load(f, Loader=yaml.BaseLoader)


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def create_tables(con, job, people):
    """One table a source: unique_id and the linkage columns."""
    names = []
    for number, source in enumerate(job["sources"]):
        columns = source["columns"]
        if people:
            chosen = ", ".join(f'"{c}"' for c in columns)
            query = f"""select id as unique_id, {chosen} from read_csv({quote(people)}, all_varchar = true)
                        where source = {quote(source['name'])}"""
        else:
            chosen = ", ".join(f'"{spec["from"][0]}" as "{c}"' for c, spec in columns.items())
            query = f"select \"{source['id']}\" as unique_id, {chosen} from read_csv({quote(source['files'][0])}, all_varchar = true)"
        con.execute(f"create table records_{number} as {query}")
        names.append(f"records_{number}")
    return names


def train(linker, training, u_pairs):
    prior = training["prior"]
    linker.training.estimate_probability_two_random_records_match([splink_words.rule(r) for r in prior["rules"]], recall=float(prior["recall"]))
    linker.training.estimate_u_using_random_sampling(max_pairs=u_pairs, seed=1)
    for session in training["sessions"]:
        linker.training.estimate_parameters_using_expectation_maximisation(splink_words.rule(session), estimate_without_term_frequencies=True)


def measure(con, job, tables, edges, truth, cluster):
    """Quality of the components at every whole weight, at the usual probabilities and at `cluster`."""
    file, id_column, entity = truth
    link = job["link"] == "link"
    union = " union all ".join(f"select unique_id, {n} as file_number from {table}" for n, table in enumerate(tables))
    rows = con.execute(f"""select r.unique_id, r.file_number, truth."{entity}" from ({union}) r join
        read_csv({quote(file)}, all_varchar = true) truth on r.unique_id = truth."{id_column}" """).fetchall()
    position = {row[0]: i for i, row in enumerate(rows)}
    pairs = con.execute(f"select match_weight, unique_id_l, unique_id_r from {edges}").fetchall()
    edges = [(w, position[a], position[b]) for w, a, b in pairs if a in position and b in position]
    entities, files = [r[2] for r in rows], [r[1] for r in rows]
    probabilities = {p: math.log2(p / (1 - p)) for p in DEFAULT_PROBABILITIES}
    whole = [float(w) for w in range(-8, 41)]
    curve = splink_closure.sweep(entities, files, link, edges, {*whole, *probabilities.values(), *([cluster] if cluster is not None else [])})
    best = max(whole, key=lambda w: curve[w][0])
    same = sum(entities[a] == entities[b] for _, a, b in edges)
    total = splink_closure.true_pairs(entities, files, link)
    result = {"true_pairs": total, "kept_recall": same / total if total else None,
              "best": {"weight": best, **named(curve[best])}, "at_probability": {str(p): named(curve[w]) for p, w in probabilities.items()}}
    if cluster is not None:
        result["at_cluster"] = {"weight": cluster, **named(curve[cluster])}
    return result


def named(measures):
    return dict(zip(("f1", "precision", "recall"), measures))


def main():
    args = read_arguments()
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    job, training = read_yaml(args.job), read_yaml(args.training)
    settings = {"link_type": {"dedupe": "dedupe_only", "link": "link_only"}.get(job["link"], "link_and_dedupe"),
                "unique_id_column_name": "unique_id", "retain_matching_columns": False, "retain_intermediate_calculation_columns": False,
                "comparisons": [splink_words.comparison(c) for c in job["comparisons"]],
                "blocking_rules_to_generate_predictions": [{"blocking_rule": splink_words.rule(r), "sql_dialect": "duckdb"} for r in job["blocking"]]}
    from splink import DuckDBAPI, Linker
    seconds, started = {}, time.perf_counter()

    def lap(name):
        nonlocal started
        seconds[name] = round(time.perf_counter() - started, 3)
        started = time.perf_counter()

    api = DuckDBAPI()
    con = api.duckdb_con
    tables = create_tables(con, job, args.people)
    registered = [api.register(t, dataset_display_name=f"s{n}") for n, t in enumerate(tables)]
    lap("read")
    linker = Linker(registered if len(registered) > 1 else registered[0], settings)
    train(linker, training, args.u_pairs)
    lap("train")
    edges = linker.inference.predict(threshold_match_weight=args.floor)
    links = con.execute(f"select count(*) from {edges.physical_name}").fetchall()[0][0]
    lap("predict")
    if args.cluster is not None:
        linker.clustering.cluster_pairwise_predictions_at_threshold(edges, threshold_match_weight=args.cluster)
        lap("cluster")
    result = {"seconds": seconds, "total_seconds": round(sum(seconds.values()), 3), "links": links,
              "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    if args.truth:
        result["closure"] = measure(con, job, tables, edges.physical_name, args.truth, args.cluster)
    with open(args.out, "w") as out:
        json.dump(result, out, indent=1)


try:
    main()
except splink_words.Refused as reason:
    raise SystemExit(f"splink_job.py: {reason}")

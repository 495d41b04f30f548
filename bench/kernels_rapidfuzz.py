"""rapidfuzz's SIMD batch (process.cdist, one worker) on blocks of 500 by 500 names, in M pairs a second. usage: kernels_rapidfuzz.py LIST.txt [texts]"""
import json, random, sys, time
import numpy as np, rapidfuzz
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein, Jaro, JaroWinkler, Levenshtein

names = open(sys.argv[1]).read().split("\n")[:-1]
random.seed(1)
blocks = [random.sample(names, min(500, len(names))) for _ in range(8)]
TASKS = {
    "jaro_winkler >= 0.92": dict(scorer=JaroWinkler.similarity, score_cutoff=.92, dtype=np.float32),
    "jaro_winkler": dict(scorer=JaroWinkler.similarity, dtype=np.float32),
    "jaro >= 0.9": dict(scorer=Jaro.similarity, score_cutoff=.9, dtype=np.float32),
    "levenshtein <= 1, 2": dict(scorer=Levenshtein.distance, score_cutoff=2, dtype=np.uint8),
    "levenshtein": dict(scorer=Levenshtein.distance, dtype=np.uint8),
    "damerau_levenshtein <= 1, 2": dict(scorer=DamerauLevenshtein.distance, score_cutoff=2, dtype=np.uint8),
}
TEXT_TASKS = {
    "ratio >= 0.9": dict(scorer=fuzz.ratio, score_cutoff=90, dtype=np.float32),
    "ratio": dict(scorer=fuzz.ratio, dtype=np.float32),
    "token_sort >= 0.92": dict(scorer=fuzz.token_sort_ratio, score_cutoff=92, dtype=np.float32),
    "token_sort": dict(scorer=fuzz.token_sort_ratio, dtype=np.float32),
    "token_set >= 0.85": dict(scorer=fuzz.token_set_ratio, score_cutoff=85, dtype=np.float32),
    "token_set >= 0.85, 0.6": dict(scorer=fuzz.token_set_ratio, score_cutoff=60, dtype=np.float32),
    "token_set": dict(scorer=fuzz.token_set_ratio, dtype=np.float32),
    "word_subset": dict(scorer=fuzz.token_set_ratio, score_cutoff=100, dtype=np.float32),
}
results = []
for task, options in (TEXT_TASKS if sys.argv[2:] == ["texts"] else TASKS).items():
    rates = []
    for _ in range(5):
        start, pairs = time.process_time(), 0
        for k in range(0, len(blocks), 2):
            pairs += process.cdist(blocks[k], blocks[k + 1], workers=1, **options).size
        rates.append(pairs / (time.process_time() - start) / 1e6)
    one_pair, n = time.process_time(), 0
    scorer = options["scorer"]
    for a in blocks[0][:200]:
        for b in blocks[1]:
            scorer(a, b, score_cutoff=options.get("score_cutoff"))
            n += 1
    one_pair = n / (time.process_time() - one_pair) / 1e6
    results.append({"task": task, "best": max(rates), "median": sorted(rates)[2], "one_pair_from_python": one_pair})
print(json.dumps({"version": rapidfuzz.__version__, "results": results}, indent=1))

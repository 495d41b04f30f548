"""How good links are as persons: pairs inside connected components against true pairs, at every threshold in one pass."""
from collections import Counter


class Components:
    """Union-find that knows how many pairs, and how many true pairs, its components hold. `link`: only pairs across files count."""

    def __init__(self, entities, files, link):
        self.parent = list(range(len(entities)))
        self.link, self.pairs, self.true_pairs = link, 0, 0
        self.parts = [(Counter({f: 1}), Counter({e: 1}), Counter({(e, f): 1})) for e, f in zip(entities, files)]

    def root(self, i):
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, a, b):
        a, b = self.root(a), self.root(b)
        if a == b:
            return
        if sum(self.parts[a][0].values()) < sum(self.parts[b][0].values()):
            a, b = b, a
        (large, large_entity, large_both), (small, small_entity, small_both) = self.parts[a], self.parts[b]
        across = lambda x, y: sum(n * x[k] for k, n in y.items())
        self.pairs += sum(large.values()) * sum(small.values()) - (across(large, small) if self.link else 0)
        self.true_pairs += across(large_entity, small_entity) - (across(large_both, small_both) if self.link else 0)
        for kept, added in zip(self.parts[a], self.parts[b]):
            kept.update(added)
        self.parent[b], self.parts[b] = a, None


def true_pairs(entities, files, link):
    two = lambda counts: sum(n * (n - 1) // 2 for n in counts.values())
    return two(Counter(entities)) - (two(Counter(zip(entities, files))) if link else 0)


def sweep(entities, files, link, edges, thresholds):
    """{threshold: (f1, precision, recall)}; `edges` are (weight, a, b) with a, b record numbers, in any order."""
    components, total = Components(entities, files, link), true_pairs(entities, files, link)
    edges = sorted(edges, reverse=True)
    result, at = {}, 0
    for threshold in sorted(thresholds, reverse=True):
        while at < len(edges) and edges[at][0] >= threshold:
            components.join(edges[at][1], edges[at][2])
            at += 1
        right, found = components.true_pairs, components.pairs
        result[threshold] = (2 * right / (found + total) if found + total else 0.0, right / found if found else 1.0,
                             right / total if total else 0.0)
    return result

#include "merge.h"
#include <math.h>

typedef struct clusters_case {
    const ck_person_limits *limits;
    const ck_component *component;
    const uint32_t *root;
} clusters_case;

static uint32_t source_of(const clusters_case *c, uint32_t i) {
    return ck_limits_sort_of(c->limits, c->component->member[i]);
}

static bool excludes(const clusters_case *c, uint32_t x, uint32_t y) {
    for (uint32_t i = 0; i < c->component->n; i++)
        for (uint32_t j = 0; j < c->component->n; j++)
            if (c->root[i] == x && c->root[j] == y && c->limits->apart[source_of(c, i) * ck_limits_sorts(c->limits) + source_of(c, j)])
                return true;
    return false;
}

static const ck_weighed_pair *find_pair(const ck_component *component, uint32_t i, uint32_t j) {
    for (uint64_t k = 0; k < component->npairs; k++)
        if (component->pair[k].a == (i < j ? i : j) && component->pair[k].b == (i < j ? j : i))
            return &component->pair[k];
    return NULL;
}

/* Bits of the sorts that both clusters hold; what the best link has beyond 6 bits is set against them. */
static double against(const clusters_case *c, uint32_t x, uint32_t y, double most) {
    double bits = 0;
    for (uint32_t s = 0; c->limits->within && s < ck_limits_sorts(c->limits); s++) {
        bool in_x = false, in_y = false;
        for (uint32_t i = 0; i < c->component->n; i++) {
            in_x = in_x || (c->root[i] == x && source_of(c, i) == s);
            in_y = in_y || (c->root[i] == y && source_of(c, i) == s);
        }
        bits += in_x && in_y ? c->limits->within[s] : 0;
    }
    double spare = most - c->limits->threshold_log2 - 6;
    return fmin(0, bits + (spare > 0 ? spare : 0));
}

/* .35 max + .65 mean over the allowed pairs between two clusters; *most is the largest weight as it is. */
static double value_of(const clusters_case *c, uint32_t x, uint32_t y, double *most) {
    uint32_t nsources = ck_limits_sorts(c->limits);
    double sum = 0, pairs = 0, clipped_most = -INFINITY;
    *most = -INFINITY;
    for (uint32_t i = 0; i < c->component->n; i++)
        for (uint32_t j = 0; j < c->component->n; j++) {
            if (c->root[i] != x || c->root[j] != y || !c->limits->allowed[source_of(c, i) * nsources + source_of(c, j)])
                continue;
            const ck_weighed_pair *pair = find_pair(c->component, i, j);
            double weight = pair ? pair->weight - c->limits->threshold_log2 : 0;
            double clipped = pair ? fmin(fmax(weight, -6), 6) : -3;
            pairs++;
            sum += clipped;
            clipped_most = pair && clipped > clipped_most ? clipped : clipped_most;
            *most = pair && pair->weight > *most ? pair->weight : *most;
        }
    return *most == -INFINITY ? -INFINITY : 0.35 * clipped_most + (1 - 0.35) * (sum / pairs) + against(c, x, y, *most);
}

void reference_merge(const ck_person_limits *limits, const ck_component *component, uint32_t *root) {
    clusters_case c = {limits, component, root};
    for (uint32_t i = 0; i < component->n; i++)
        root[i] = i;
    for (;;) {
        double best = 0, best_most = 0;
        uint32_t best_x = 0, best_y = 0;
        for (uint32_t x = 0; x < component->n; x++)
            for (uint32_t y = x + 1; y < component->n; y++) {
                double most = -INFINITY, value = root[x] == x && root[y] == y && !excludes(&c, x, y) ? value_of(&c, x, y, &most) : -INFINITY;
                if (value > best || (value > 0 && value == best && most > best_most)) {
                    best = value;
                    best_most = most;
                    best_x = x;
                    best_y = y;
                }
            }
        if (best <= 0)
            return;
        for (uint32_t i = 0; i < component->n; i++)
            root[i] = root[i] == best_y ? best_x : root[i];
    }
}

#include "plan/price.h"

enum { ROW_BYTES = 120, KEY_BLOCK_BYTES = 120, ENTRY_BYTES = 16, FLIGHT_BYTES = 256 << 20, MEMBER_BYTES = 24, TILE_ROWS = 2 * 1280 };
static const uint64_t program_bytes = 24 << 20, program_of_many_bytes = 30 << 20, worker_bytes = 3 << 19,
                      help_bytes = 16 << 20; /* two parcels, and where the rows of one are (link/parcel.h) */

const char *const ck_memory_term_names[CK_MEMORY_TERMS] = {"program", "ingest", "dictionaries", "derived", "codes", "keys", "key making",
                                                           "rows", "passes", "workers", "links", "clusters"};
const char *const ck_priced_stage_names[CK_PRICED_STAGES] = {"ingest", "blocks", "train", "link", "cluster"};

#define BIT(name) (1u << CK_TERM_##name)
#define DATA (BIT(PROGRAM) | BIT(DICTIONARIES) | BIT(DERIVED) | BIT(CODES) | BIT(KEYS))
/* Which terms are held at the same time; training makes keys of random pairs beside the rules' own. */
static const unsigned held[CK_PRICED_STAGES] = {
    [CK_PRICED_INGEST] = BIT(PROGRAM) | BIT(INGEST),
    [CK_PRICED_BLOCKS] = DATA | BIT(KEY_MAKING),
    [CK_PRICED_TRAIN] = DATA | BIT(ROWS) | BIT(KEY_MAKING) | BIT(PASSES) | BIT(WORKERS),
    [CK_PRICED_LINK] = DATA | BIT(ROWS) | BIT(PASSES) | BIT(WORKERS) | BIT(LINKS),
    [CK_PRICED_CLUSTER] = DATA | BIT(ROWS) | BIT(WORKERS) | BIT(CLUSTERS),
};
static const unsigned divided = BIT(INGEST) | BIT(CODES) | BIT(KEYS) | BIT(KEY_MAKING) | BIT(PASSES) | BIT(LINKS);
#undef DATA
#undef BIT

uint32_t ck_ranks_of_node(const ck_layout_of_ranks *shape) {
    return (shape->ranks + shape->nodes - 1) / shape->nodes;
}

bool ck_term_divides(ck_memory_term term) {
    return divided >> term & 1;
}

static uint64_t share(uint64_t amount, const ck_layout_of_ranks *shape) {
    return (amount + shape->ranks - 1) / shape->ranks;
}

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static uint64_t price_keys(const ck_workload *load, const ck_layout_of_ranks *shape) {
    uint64_t n = share(load->records, shape), bytes = 0;
    for (uint32_t r = 0; r < load->nrules; r++) {
        const ck_rule_load *rule = &load->rule[r];
        bytes += rule->multi ? 8 * n + 4 * share(rule->entries, shape) : rule->cross ? 8 * n : 4 * n;
    }
    return bytes;
}

static uint64_t price_key_making(const ck_workload *load, const ck_layout_of_ranks *shape) {
    uint64_t most = 0;
    for (uint32_t r = 0; r < load->nrules; r++) {
        uint64_t e = share(load->rule[r].entries, shape), blocks = KEY_BLOCK_BYTES * share(load->rule[r].keys, shape);
        uint64_t alone = 2 * ENTRY_BYTES * e + blocks;
        uint64_t many = larger((3 * ENTRY_BYTES + 4) * e, (2 * ENTRY_BYTES + 8) * e + blocks);
        most = larger(most, shape->ranks > 1 ? many : alone);
    }
    return most;
}

static uint64_t price_rows(const ck_workload *load, const ck_layout_of_ranks *shape) {
    uint64_t n = share(load->records, shape), bytes = 4 * (uint64_t)load->row_words * n;
    bool sets = false;
    for (uint32_t r = 0; r < load->nrules; r++)
        if (load->rule[r].multi) {
            bytes += 4 * share(load->rule[r].members, shape);
            sets = true;
        }
    return (bytes + (sets ? 8 * n : 0)) * ck_ranks_of_node(shape);
}

/* Members in flight of a rule, as waves bound them, and what they take. */
static uint64_t price_pass(const ck_workload *load, const ck_layout_of_ranks *shape, const ck_rule_load *rule) {
    double away = 1 - (double)ck_ranks_of_node(shape) / shape->ranks, row = 4.0 * load->row_words * away;
    uint64_t wave = (uint64_t)(FLIGHT_BYTES / (MEMBER_BYTES + row)), members = share(rule->members, shape);
    members = members < wave ? members : wave;
    return members * (shape->ranks > 1 ? MEMBER_BYTES + 8 : MEMBER_BYTES) + 4 * share(rule->keys, shape) + (uint64_t)(3 * row * (double)members);
}

static uint64_t price_passes(const ck_workload *load, const ck_layout_of_ranks *shape) {
    uint64_t most = 0;
    for (uint32_t r = 0; r < load->nrules; r++)
        most = larger(most, price_pass(load, shape, &load->rule[r]));
    return most;
}

static void price_terms(const ck_workload *load, const ck_layout_of_ranks *shape, uint64_t *term) {
    uint64_t n = share(load->records, shape), links = share(load->links, shape);
    term[CK_TERM_PROGRAM] = shape->ranks > 1 ? program_of_many_bytes : program_bytes;
    term[CK_TERM_INGEST] = ROW_BYTES * share(load->rows, shape) + load->dictionary_bytes;
    term[CK_TERM_DICTIONARIES] = load->dictionary_bytes;
    term[CK_TERM_DERIVED] = load->derived_bytes;
    term[CK_TERM_CODES] = 4 * (uint64_t)load->columns * n;
    term[CK_TERM_KEYS] = price_keys(load, shape);
    term[CK_TERM_KEY_MAKING] = price_key_making(load, shape);
    term[CK_TERM_ROWS] = price_rows(load, shape);
    term[CK_TERM_PASSES] = price_passes(load, shape);
    term[CK_TERM_WORKERS] = (worker_bytes + 4 * (uint64_t)TILE_ROWS * load->row_words) * shape->threads + (shape->ranks > 1 ? help_bytes : 0);
    term[CK_TERM_LINKS] = 96 * links + 8 * n;
    term[CK_TERM_CLUSTERS] = (load->connected ? 4 : 40) * load->records + 60 * links;
}

void ck_price_memory(const ck_workload *load, const ck_layout_of_ranks *shape, ck_memory_price *price) {
    *price = (ck_memory_price){0};
    price_terms(load, shape, price->term);
    for (int s = 0; s < CK_PRICED_STAGES; s++) {
        if (s == CK_PRICED_TRAIN && !load->trains)
            continue;
        for (int t = 0; t < CK_MEMORY_TERMS; t++)
            price->stage[s] += held[s] >> t & 1 ? price->term[t] : 0;
        if (price->stage[s] > price->peak) {
            price->peak = price->stage[s];
            price->largest = (ck_priced_stage)s;
        }
        uint64_t rows = held[s] >> CK_TERM_ROWS & 1 ? price->term[CK_TERM_ROWS] : 0;
        price->node = larger(price->node, ck_ranks_of_node(shape) * (price->stage[s] - rows) + rows);
    }
}

uint32_t ck_price_least_ranks(const ck_workload *load, const ck_layout_of_ranks *shape, uint64_t bytes) {
    enum { MOST = 65536 };
    uint32_t full = ck_ranks_of_node(shape);
    for (uint32_t nodes = 1; nodes * full <= MOST; nodes++) {
        ck_memory_price price;
        ck_layout_of_ranks tried = {nodes * full, nodes, shape->threads};
        ck_price_memory(load, &tried, &price);
        if (price.peak <= bytes)
            return tried.ranks;
    }
    return 0;
}

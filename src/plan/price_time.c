#include "plan/price.h"

/* Seconds of one core, an item; measured with `carrick` stages of two jobs on a million records (docs/plan.md). */
static const double a_row = 1.4e-6;              /* read, cleaned, coded, written */
static const double a_derived_byte = 12e-9;      /* of tables and strings, which every rank makes for itself */
static const double an_entry = 80e-9;            /* hashed, sorted, numbered, packed */
static const double a_member = 45e-9;            /* gathered, in one pass */
static const double a_counted_pair = 3e-9;       /* told new or not, without comparing */
static const double a_random_pair = 80e-9;        /* compared, for u */
static const double a_link = 300e-9;             /* weighed, sorted, written */
static const double a_trained_record = 500e-9;   /* keys of random pairs, frequencies, what is told of households */
static const double a_clustered_record = 300e-9; /* every rank does it for all records */
static const double linked_share = 0.6;           /* of what comparing costs: a pair is left as soon as it cannot reach the floor */
static const double known_pair_share = 0.1;      /* of what comparing costs: to see that an earlier rule made the pair */

void ck_price_by_rate(ck_workload *load, double rate) {
    for (uint32_t r = 0; r < load->nrules; r++) {
        ck_rule_load *rule = &load->rule[r];
        uint64_t known = rule->pairs > rule->new_pairs ? rule->pairs - rule->new_pairs : 0;
        rule->compare_seconds = ((double)rule->new_pairs + known_pair_share * (double)known) / rate;
    }
}

/* One core's work over all rules; of training, where large rules are counted on samples. */
typedef struct rule_work {
    double making, gathering, counting, comparing, training;
} rule_work;

/* As link/train_cells.c: a rule of more than a tenth of the limit is counted on a twentieth of it. */
static const double large_share = .1, sample_share = .05;

static double sum_pairs(const ck_workload *load, bool fresh) {
    double pairs = 0;
    for (uint32_t r = 0; r < load->nrules; r++)
        pairs += (double)(fresh ? load->rule[r].new_pairs : load->rule[r].pairs);
    return pairs;
}

static bool is_sampled(const ck_workload *load, const ck_rule_load *rule) {
    double most = (double)load->sampled_above;
    return most > 0 && sum_pairs(load, false) > most && !rule->multi && !rule->cross && (double)rule->pairs > large_share * most;
}

/* Blocks are made of a sample's records, all its pairs are compared, whichever rule makes them first. */
static double train_on_sample(const ck_workload *load, const ck_rule_load *rule, double comparing) {
    double pairs = sum_pairs(load, true);
    return (an_entry + a_member) * (double)rule->members + (pairs > 0 ? comparing / pairs * sample_share * (double)load->sampled_above : 0);
}

static rule_work add_rules(const ck_workload *load) {
    rule_work work = {0};
    for (uint32_t r = 0; r < load->nrules; r++) {
        const ck_rule_load *rule = &load->rule[r];
        work.making += an_entry * (double)rule->entries;
        work.gathering += a_member * (double)rule->members;
        work.counting += a_counted_pair * (double)rule->pairs;
        work.comparing += rule->compare_seconds;
    }
    for (uint32_t r = 0; r < load->nrules; r++) {
        const ck_rule_load *rule = &load->rule[r];
        work.training += is_sampled(load, rule) ? train_on_sample(load, rule, work.comparing) : a_member * (double)rule->members + rule->compare_seconds;
    }
    return work;
}

static uint64_t ask_for(double seconds) {
    enum { QUARTER = 900, SPARE = 600 };
    uint64_t wanted = (uint64_t)(2 * seconds) + SPARE;
    return (wanted + QUARTER - 1) / QUARTER * QUARTER;
}

void ck_price_time(const ck_workload *load, const ck_layout_of_ranks *shape, ck_time_price *price) {
    double cores = (double)shape->ranks * shape->threads;
    rule_work work = add_rules(load);
    double training = a_random_pair * (double)load->random_pairs + a_trained_record * (double)load->records, deriving = a_derived_byte * (double)load->derived_bytes / shape->threads;
    *price = (ck_time_price){0};
    price->stage[CK_PRICED_INGEST] = a_row * (double)load->rows / shape->ranks;
    price->stage[CK_PRICED_BLOCKS] = deriving + (work.making + (load->counts ? work.gathering + work.counting : 0)) / cores;
    if (load->trains)
        price->stage[CK_PRICED_TRAIN] = (work.training + training) / cores;
    price->stage[CK_PRICED_LINK] = (work.gathering + a_link * (double)load->links + (load->low_floor ? 1 : linked_share) * work.comparing) / cores;
    price->stage[CK_PRICED_CLUSTER] = a_clustered_record * (double)load->records;
    for (int s = 0; s < CK_PRICED_STAGES; s++)
        price->total += price->stage[s];
    price->limit = ask_for(price->total);
}

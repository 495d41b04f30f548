/* Evaluation against counting every pair of records by hand. Alone one rank; tests/ranks/rooms.sh runs it under mpirun
 * at 1 to 4. The engine is a stand-in (only its count of true pairs is called). */
#include "assess/evaluate.h"
#include "assess/measures.h"
#include "assess/truth.h"
#include "base/hash.h"
#include "base/memory.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>
#include "rank_test.h"

enum { RECORDS = 400, SOURCES = 3, LINKS = 1500 };
static const char PEOPLE[] = "test_assess.people.h5", TRUTH[] = "test_assess.csv";
static const uint64_t BOUNDS[SOURCES + 1] = {0, 150, 260, RECORDS};
static const char *const NAMES[SOURCES] = {"gp", "council", "school"};

static bool allowed[SOURCES * SOURCES];
static uint32_t group[RECORDS]; /* 0 = no truth */

static uint32_t source_of(uint32_t record) {
    return (uint32_t)((record >= BOUNDS[1]) + (record >= BOUNDS[2]));
}

static bool may_pair(uint32_t a, uint32_t b) {
    return allowed[source_of(a) * SOURCES + source_of(b)];
}

/* Does blocking reach the pair, in the stand-in? */
static uint64_t mask_of(uint32_t a, uint32_t b) {
    return (a * 7 + b) % 5 ? 1 + (a & 2) : 0;
}

/* --- the stand-in engine --- */

struct ck_engine {
    uint64_t missed; /* pairs that it forgets, to see that this is noticed */
};

ck_status ck_engine_count_groups(ck_engine *engine, ck_error *error, const uint32_t *mine, ck_cells *cells) {
    uint64_t begin = ck_par_share(&comm, RECORDS, comm.rank), end = ck_par_share(&comm, RECORDS, comm.rank + 1);
    assert_memory_equal(mine, group + begin, (end - begin) * 4);
    *cells = (ck_cells){.n = 4};
    cells->pattern = ck_alloc_zero(error, 4, 8);
    cells->mask = ck_alloc_zero(error, 4, 8);
    cells->count = ck_alloc_zero(error, 4, 8);
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++)
            if (group[a] && group[a] == group[b] && may_pair(a, b))
                cells->count[mask_of(a, b)]++;
    for (uint64_t k = 0; k < 4; k++)
        cells->mask[k] = k;
    cells->count[0] -= engine->missed;
    return ck_par_agree(&comm, error);
}

void ck_cells_free(ck_cells *cells) {
    ck_free(cells->pattern);
    ck_free(cells->mask);
    ck_free(cells->count);
    *cells = (ck_cells){0};
}

/* --- made-up people, truth and links --- */

static void id_of(uint32_t record, char out[16]) {
    snprintf(out, 16, "%c%04u", 'a' + (int)source_of(record) % 2, record); /* sorted within a source */
}

static ck_people made_people(bool collapse) {
    ck_error error = {0};
    ck_people p = {.records = RECORDS, .rows = RECORDS + (collapse ? 1 : 0), .nsources = SOURCES};
    p.begin = ck_par_share(&comm, RECORDS, comm.rank);
    p.end = ck_par_share(&comm, RECORDS, comm.rank + 1);
    p.row_begin = ck_par_share(&comm, p.rows, comm.rank);
    p.row_end = ck_par_share(&comm, p.rows, comm.rank + 1);
    p.source = ck_alloc_zero(&error, SOURCES, sizeof *p.source);
    for (int s = 0; s < SOURCES; s++)
        p.source[s] = (ck_source){ck_copy_string(&error, NAMES[s]), false, BOUNDS[s], BOUNDS[s + 1],
                                  BOUNDS[s], BOUNDS[s + 1] + (collapse && s == SOURCES - 1)};
    uint64_t n = p.row_end - p.row_begin;
    p.id_offset = ck_alloc_zero(&error, n + 1, 8);
    p.id_bytes = ck_alloc(&error, 16 * n, 1);
    p.row_record = collapse ? ck_alloc(&error, n, 4) : NULL;
    for (uint64_t i = 0; i < n; i++) {
        char id[16];
        uint32_t row = (uint32_t)(p.row_begin + i);
        id_of(row, id);
        memcpy(p.id_bytes + p.id_offset[i], id, strlen(id));
        p.id_offset[i + 1] = p.id_offset[i] + strlen(id);
        if (collapse) /* the last record has two rows */
            p.row_record[i] = row < RECORDS ? row : RECORDS - 1;
    }
    return p;
}

static void write_people(bool collapse) {
    ck_error error = {0};
    ck_people p = made_people(collapse);
    assert_int_equal(ck_people_write(&comm, &error, PEOPLE, &p), CK_OK);
    ck_people_free(&p);
}

static void wait_for_all(void) {
    ck_error none = {0};
    ck_par_agree(&comm, &none);
}

static void write_truth_text(const char *text) {
    wait_for_all();
    if (comm.rank == 0) {
        FILE *f = fopen(TRUTH, "wb");
        assert_non_null(f);
        fputs(text, f);
        assert_int_equal(fclose(f), 0);
    }
    wait_for_all();
}

/* Groups of one to five over all sources; every ninth record is not in the truth. Two truth rows have no record. */
static void write_truth(bool compressed) {
    gzFile f = comm.rank == 0 ? gzopen(TRUTH, compressed ? "wb" : "wbT") : NULL;
    if (f)
        gzprintf(f, "\xEF\xBB\xBFnote,file,rec_id,entity_id\r\n");
    for (uint32_t i = 0; i < RECORDS; i++) {
        char id[16];
        id_of(i, id);
        group[i] = i % 9 == 4 ? 0 : 1 + (uint32_t)(ck_hash_mix(i + 1) % (RECORDS / 3));
        if (f && group[i])
            gzprintf(f, "\"a, \"\"b\"\"\",%s,%s,person %u\r\n", NAMES[source_of(i)], id, group[i]);
    }
    /* Groups are numbered as they appear. */
    static uint32_t number[RECORDS];
    uint32_t next = 0;
    memset(number, 0, sizeof number);
    for (uint32_t i = 0; i < RECORDS; i++)
        if (group[i])
            group[i] = number[group[i]] ? number[group[i]] : (number[group[i]] = ++next);
    if (f) {
        gzprintf(f, ",gp,nobody,person 1\r\n,elsewhere,a0001,person 2\r\n,gp,a0004,\r\n");
        assert_int_equal(gzclose(f), Z_OK);
    }
    wait_for_all();
}

static uint32_t link_a[LINKS], link_b[LINKS];
static double link_weight[LINKS];
static size_t nlinks;

/* Random pairs that the link type allows, by (a, b); true ones weigh more, many weigh the same. */
static void make_links(void) {
    nlinks = 0;
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++) {
            uint64_t h = ck_hash_mix((uint64_t)a << 32 | b);
            bool same = group[a] && group[a] == group[b];
            if (nlinks == LINKS || !may_pair(a, b) || (same ? !mask_of(a, b) || h % 8 == 0 : h % 60 != 0))
                continue;
            link_a[nlinks] = a;
            link_b[nlinks] = b;
            link_weight[nlinks++] = (double)((int64_t)(h >> 20 & 63) - 40 + (same ? 30 : 0)) / 4 * (same ? 2 : 1);
        }
}

static ck_links links_here(void) {
    ck_error error = {0};
    uint64_t begin = ck_par_share(&comm, nlinks, comm.rank);
    ck_links links = {.total = nlinks, .begin = begin, .n = ck_par_share(&comm, nlinks, comm.rank + 1) - begin};
    links.a = ck_alloc(&error, links.n, 4);
    links.b = ck_alloc(&error, links.n, 4);
    links.weight = ck_alloc(&error, links.n, 8);
    memcpy(links.a, link_a + begin, links.n * 4);
    memcpy(links.b, link_b + begin, links.n * 4);
    memcpy(links.weight, link_weight + begin, links.n * 8);
    return links;
}

/* --- the slow and obvious measures --- */

static uint64_t true_pairs_by_hand(void) {
    uint64_t pairs = 0;
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++)
            pairs += group[a] && group[a] == group[b] && may_pair(a, b);
    return pairs;
}

static ck_tally edges_by_hand(double threshold) {
    ck_tally t = {0, 0};
    for (size_t i = 0; i < nlinks; i++)
        if (link_weight[i] >= threshold && group[link_a[i]] && group[link_b[i]]) {
            t.found++;
            t.right += group[link_a[i]] == group[link_b[i]];
        }
    return t;
}

static ck_tally closure_by_hand(double threshold) {
    static uint32_t parent[RECORDS];
    ck_tally t = {0, 0};
    for (uint32_t i = 0; i < RECORDS; i++)
        parent[i] = i;
    for (size_t i = 0; i < nlinks; i++)
        if (link_weight[i] >= threshold)
            ck_union_join(parent, link_a[i], link_b[i]);
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++)
            if (group[a] && group[b] && may_pair(a, b) && ck_union_find(parent, a) == ck_union_find(parent, b)) {
                t.found++;
                t.right += group[a] == group[b];
            }
    return t;
}

static const ck_truth_spec SPEC = {(char *)TRUTH, (char *)"rec_id", (char *)"entity_id", (char *)"file"};

/* Connected components, or persons that were made otherwise: three neighbouring records each. */
static ck_index index_of(const ck_links *links, double threshold, bool by_threes, uint64_t records) {
    ck_error error = {0};
    ck_index index = {.records = records, .begin = ck_par_share(&comm, records, comm.rank), .end = ck_par_share(&comm, records, comm.rank + 1)};
    if (!by_threes) {
        ck_cluster_connected(&comm, &error, records, NULL, links, threshold, &index);
        return index;
    }
    index.persons = (records + 2) / 3;
    index.person = ck_alloc(&error, index.end - index.begin, 4);
    for (uint64_t i = index.begin; i < index.end; i++)
        index.person[i - index.begin] = (uint32_t)(i / 3);
    return index;
}

/* The engine is lent while true pairs are counted, and given back. */
static int lent;

static ck_status lend(void *owner, ck_error *error, ck_engine **engine) {
    *engine = owner;
    lent++;
    return error->status;
}

static void take_back(void *owner) {
    (void)owner;
    lent--;
}

static bool persons_by_threes;
static uint64_t persons_of = RECORDS;

static void evaluate(ck_error *error, const ck_truth_spec *spec, uint64_t missed, double floor_log2, double threshold,
                     ck_evaluation *e) {
    ck_people people;
    ck_error open_error = {0};
    struct ck_engine engine = {missed};
    ck_links links = links_here();
    ck_links_reader reader;
    const ck_engine_lender lender = {lend, take_back, &engine};
    ck_links_reader_view(&comm, &links, &reader);
    lent = 0;
    assert_int_equal(ck_people_open(&comm, &open_error, PEOPLE, 0, &people), CK_OK);
    ck_index index = index_of(&links, threshold, persons_by_threes, persons_of);
    ck_evaluate(&comm, error, PEOPLE, &people, &lender, &reader, &index, 12345, spec, allowed, floor_log2, threshold, e);
    assert_int_equal(lent, 0);
    ck_links_reader_close(&reader);
    ck_index_free(&index);
    ck_people_free(&people);
    ck_links_free(&links);
}

static void check_against_hand(double floor_log2, double threshold) {
    ck_error error = {0};
    ck_evaluation e;
    evaluate(&error, &SPEC, 0, floor_log2, threshold, &e);
    assert_string_equal(error.text, "");
    uint64_t pairs = true_pairs_by_hand(), reached = 0;
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++)
            reached += group[a] && group[a] == group[b] && may_pair(a, b) && mask_of(a, b);
    assert_true(pairs > 200 && reached < pairs);
    assert_true(e.records == RECORDS && e.true_pairs == pairs && e.true_candidates == reached && e.candidates == 12345);
    assert_true(e.records_without_truth == 44 && e.truth_without_record == 2);
    assert_true(e.blocking_recall == (double)reached / (double)pairs);
    ck_tally edge = edges_by_hand(threshold), closure = closure_by_hand(threshold);
    assert_true(e.edge_f1 == ck_f1(edge, pairs) && e.edge_recall == ck_recall(edge, pairs));
    assert_true(e.edge_precision == ck_precision(edge) && e.closure_precision == ck_precision(closure));
    assert_true(e.closure_f1 == ck_f1(closure, pairs) && e.closure_recall == ck_recall(closure, pairs));
    double best = 0, best_weight = 0;
    for (size_t i = 0; i < nlinks; i++) {
        double f1 = ck_f1(edges_by_hand(link_weight[i]), pairs);
        if (f1 > best || (f1 == best && link_weight[i] > best_weight)) {
            best = f1;
            best_weight = link_weight[i];
        }
    }
    assert_true(e.edge_best_f1 == best && e.edge_best_weight == best_weight);
    best = 0;
    for (int t = 40; t >= (floor_log2 < -8 ? -8 : floor_log2); t--)
        if (ck_f1(closure_by_hand(t), pairs) > best) {
            best = ck_f1(closure_by_hand(t), pairs);
            best_weight = t;
        }
    assert_true(e.closure_best_f1 == best && e.closure_best_weight == best_weight);
    for (int t = e.sweep_lowest; t <= CK_SWEEP_HIGHEST; t++) {
        ck_tally found[] = {e.edge_sweep[t - e.sweep_lowest], e.closure_sweep[t - e.sweep_lowest]}, wanted[] = {edges_by_hand(t), closure_by_hand(t)};
        assert_memory_equal(found, wanted, sizeof found);
    }
}

static void every_link_type_equals_counting_by_hand(void **state) {
    (void)state;
    static const ck_link_type types[] = {CK_DEDUPE, CK_LINK, CK_LINK_AND_DEDUPE};
    for (int k = 0; k < 4; k++) {
        for (int s = 0; s < SOURCES * SOURCES; s++) {
            bool own = s / SOURCES == s % SOURCES;
            allowed[s] = k == 3 ? !own || s == 0 /* two sources hold a person once */ : types[k] != CK_LINK || !own;
        }
        write_people(false);
        write_truth(k % 2);
        make_links();
        check_against_hand(-20, 0);
        check_against_hand(-20, 6.25);
        check_against_hand(3.5, -1000);
    }
}

/* Closure is that of the persons in the index, whatever the links say. */
static void closure_is_of_the_index(void **state) {
    (void)state;
    ck_error error = {0};
    ck_evaluation e;
    ck_tally t = {0, 0};
    for (int s = 0; s < SOURCES * SOURCES; s++)
        allowed[s] = true;
    write_people(false);
    write_truth(false);
    make_links();
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS && b / 3 == a / 3; b++)
            if (group[a] && group[b]) {
                t.found++;
                t.right += group[a] == group[b];
            }
    persons_by_threes = true;
    evaluate(&error, &SPEC, 0, -20, 0, &e);
    assert_string_equal(error.text, "");
    assert_true(t.found > 0 && e.closure_precision == ck_precision(t) && e.closure_f1 == ck_f1(t, true_pairs_by_hand()));
    persons_of = RECORDS - 3;
    evaluate(&error, &SPEC, 0, -20, 0, &e);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "cluster again"));
    persons_by_threes = false;
    persons_of = RECORDS;
}

/* B-cubed and whole persons, record by record. */
static void persons_equal_counting_by_hand(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people people = {.records = RECORDS};
    ck_known known_records = {&people, group, RECORDS, NULL};
    ck_person_measures m;
    uint32_t person[RECORDS];
    write_truth(false);
    for (uint32_t i = 0; i < RECORDS; i++) /* the entities, but every seventh record is with others of its like */
        person[i] = i % 7 ? group[i] : RECORDS + i / 14;
    assert_int_equal(ck_persons_measure(&error, &known_records, person, 2 * RECORDS, &m), CK_OK);
    double precision = 0, recall = 0, known = 0;
    uint64_t persons = 0, entities = 0, whole = 0;
    for (uint32_t a = 0; a < RECORDS; a++) {
        double both = 0, inside = 0, entity = 0;
        bool first_of_person = true, first_of_entity = true;
        for (uint32_t b = 0; group[a] && b < RECORDS; b++) {
            inside += group[b] && person[a] == person[b];
            entity += group[b] == group[a];
            both += group[b] == group[a] && person[a] == person[b];
            first_of_person = first_of_person && !(b < a && group[b] && person[a] == person[b]);
            first_of_entity = first_of_entity && !(b < a && group[b] == group[a]);
        }
        if (!group[a])
            continue;
        known++;
        precision += both / inside;
        recall += both / entity;
        persons += first_of_person;
        entities += first_of_entity;
        whole += first_of_person && both == inside && both == entity;
    }
    assert_true(whole > 0 && whole < persons && persons != entities);
    assert_true(m.persons == persons && m.entities == entities && m.whole == whole);
    assert_true(fabs((m.bcubed_precision) - (precision / known)) < 1e-12);
    assert_true(fabs((m.bcubed_recall) - (recall / known)) < 1e-12);
    assert_true(fabs((1 / m.bcubed_f1) - ((known / precision + known / recall) / 2)) < 1e-12);
}

/* 8 of 10: the roots of (p - .8)^2 = z^2 p (1 - p) / 10. */
static void intervals_are_those_of_wilson(void **state) {
    (void)state;
    ck_bounds i = ck_wilson_bounds(8, 10);
    const double ends[] = {i.low, i.high};
    for (int k = 0; k < 2; k++)
        assert_true(fabs(((ends[k] - 0.8) * (ends[k] - 0.8)) - (1.959963984540054 * 1.959963984540054 * ends[k] * (1 - ends[k]) / 10)) < 1e-12);
    assert_true(i.low < 0.8 && i.high > 0.8);
    assert_true(ck_wilson_bounds(5, 5).high == 1 && ck_wilson_bounds(0, 5).low == 0 && ck_wilson_bounds(5, 5).low > 0.5);
    assert_true(isnan(ck_wilson_bounds(0, 0).low));
}

static void the_sweep_equals_closure_at_every_weight(void **state) {
    (void)state;
    for (int s = 0; s < SOURCES * SOURCES; s++)
        allowed[s] = true;
    write_truth(false);
    make_links();
    ck_error error = {0};
    ck_people people = made_people(false);
    ck_known known = {&people, group, RECORDS, allowed};
    ck_links links = links_here();
    ck_forest forest;
    ck_tally tally[49];
    ck_links_reader reader;
    ck_links_reader_view(&comm, &links, &reader);
    assert_int_equal(ck_cluster_forest(&comm, &error, RECORDS, &reader, -8, 40, &forest), CK_OK);
    if (comm.rank == 0) {
        assert_int_equal(ck_closure_sweep(&error, &known, &forest, -8, 40, tally), CK_OK);
        for (int t = -8; t <= 40; t++) {
            ck_tally expected = closure_by_hand(t);
            assert_true(tally[t + 8].found == expected.found && tally[t + 8].right == expected.right);
        }
        assert_true(tally[0].found > tally[20].found && tally[20].found > tally[48].found);
    }
    ck_forest_free(&forest);
    ck_links_free(&links);
    ck_people_free(&people);
}

/* Five links, handed out one after the other to the ranks. */
static void best_edge(const double *weight, const uint32_t *b, uint64_t true_pairs, double best_f1, double best_weight) {
    static const uint32_t groups[7] = {1, 1, 2, 3, 4, 5, 1};
    ck_error error = {0};
    ck_known known = {NULL, groups, 5, NULL};
    ck_edge_measures m;
    ck_links links = {.a = ck_alloc_zero(&error, 5, 4), .b = ck_alloc(&error, 5, 4), .weight = ck_alloc(&error, 5, 8)};
    for (int i = 0; i < 5; i++)
        if (i % comm.size == comm.rank) {
            links.b[links.n] = b[i];
            links.weight[links.n++] = weight[i];
        }
    ck_links_reader reader;
    ck_links_reader_view(&comm, &links, &reader);
    assert_int_equal(ck_edges_measure(&comm, &error, &known, &reader, true_pairs, 0, &m), CK_OK);
    if (comm.rank == 0)
        assert_true(ck_f1(m.best, true_pairs) == best_f1 && m.best_weight == best_weight);
    ck_links_free(&links);
}

static void links_of_one_weight_stand_together_and_ties_go_to_the_highest(void **state) {
    (void)state;
    /* Record 0 with records 1 and 6 is right. One right link and one wrong one weigh 5: taking only the right is no choice. */
    best_edge((const double[]){5, 5, -1, -2, -3}, (const uint32_t[]){1, 2, 3, 4, 5}, 1, 2.0 / 3, 5);
    /* 2/3 at weight 9 and, with all links of weight 3, again. */
    best_edge((const double[]){9, 3, 3, 3, -7}, (const uint32_t[]){1, 2, 3, 6, 4}, 2, 2.0 / 3, 9);
}

static void truth_without_a_source_column_is_looked_up_in_all(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people people;
    uint64_t without;
    uint32_t *known;
    write_people(false);
    write_truth_text("entity_id,rec_id\nx,a0000\ny,b0200\nx,a0399\n");
    ck_truth_spec spec = SPEC;
    spec.source = NULL;
    assert_int_equal(ck_people_open(&comm, &error, PEOPLE, 0, &people), CK_OK);
    assert_int_equal(ck_truth_join(&comm, &error, PEOPLE, &people, &spec, &known, &without), CK_OK);
    assert_int_equal(without, 0);
    for (uint32_t i = 0; i < RECORDS; i++)
        assert_int_equal(known[i], i == 0 || i == 399 ? 1 : i == 200 ? 2 : 0);
    ck_free(known);
    ck_people_free(&people);
}

static void a_record_of_several_rows_has_one_entity(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people people;
    uint64_t without;
    uint32_t *known;
    write_people(true);
    write_truth_text("rec_id,entity_id,file\na0399,x,school\na0400,y,school\na0001,y,gp\n");
    assert_int_equal(ck_people_open(&comm, &error, PEOPLE, 0, &people), CK_OK);
    assert_int_equal(ck_truth_join(&comm, &error, PEOPLE, &people, &SPEC, &known, &without), CK_OK);
    assert_true(known[RECORDS - 1] == 1 && known[1] == 2);
    ck_free(known);
    ck_people_free(&people);
}

static void bad_truth_is_told_with_file_row_and_column(void **state) {
    (void)state;
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        {"", "test_assess.csv is empty; it needs a header."},
        {"rec_id,zzz,file\n", "test_assess.csv has no column 'entity_id'."},
        {"rec,entity_id,file\n", "test_assess.csv has no column 'rec_id'; did you mean 'rec'?"},
        {"rec_id,entity_id,file,rec_id\n", "test_assess.csv has two columns named 'rec_id'."},
        {"rec_id,entity_id,file\na0000,x,gp\na0001,x\n", "test_assess.csv row 2 has 2 columns, but the header has 3."},
        {"rec_id,entity_id,file\n,x,gp\n", "test_assess.csv row 1, column rec_id: the id is empty."},
        {"rec_id,entity_id,file\na0000,x,gp\na0001,x\"y,gp\n",
         "test_assess.csv row 2, column 2: a quote stands where CSV allows none, or is never closed."},
        {"rec_id,entity_id,file\na0000,x,gp\na0001,x,\"gp\n",
         "test_assess.csv row 2, column 3: a quote stands where CSV allows none, or is never closed."},
        {"rec_id,entity_id,file\na0000,x,gp\na0001,x,gp\na0000,y,gp\n",
         "test_assess.csv row 3, column entity_id: row 1 gives the same id another entity."},
        {"rec_id,entity_id,file\nA,x,gp\nB,y,gp\n",
         "No id of test_assess.csv is in the people; is 'rec_id' its id column, and are the names in column 'file' those "
         "of the sources?"},
    };
    write_people(false);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        ck_error error = {0};
        ck_evaluation e;
        write_truth_text(bad[k].text);
        evaluate(&error, &SPEC, 0, 0, 0, &e);
        assert_int_equal(error.status, CK_DATA);
        assert_string_equal(error.text, bad[k].sentence);
    }
    wait_for_all();
    if (comm.rank == 0)
        unlink(TRUTH);
    wait_for_all();
    ck_error error = {0};
    ck_evaluation e;
    evaluate(&error, &SPEC, 0, 0, 0, &e);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "Cannot read test_assess.csv"));
}

static void a_truth_file_cut_short_is_an_error(void **state) {
    (void)state;
    write_people(false);
    write_truth(true);
    if (comm.rank == 0)
        assert_int_equal(truncate(TRUTH, 700), 0);
    wait_for_all();
    ck_error error = {0};
    ck_evaluation e;
    evaluate(&error, &SPEC, 0, 0, 0, &e);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "cannot be read to its end"));
}

static void the_same_row_twice_is_no_contradiction(void **state) {
    (void)state;
    ck_error error = {0};
    ck_evaluation e;
    memset(group, 0, sizeof group);
    group[0] = group[1] = 1;
    for (int s = 0; s < SOURCES * SOURCES; s++)
        allowed[s] = true;
    write_people(false);
    make_links();
    write_truth_text("rec_id,entity_id,file\na0000,x,gp\na0001,x,gp\na0000,x,gp\na0000,,gp\n");
    evaluate(&error, &SPEC, 0, 0, 0, &e);
    assert_string_equal(error.text, "");
    assert_int_equal(e.true_pairs, 1);
    assert_int_equal(e.truth_without_record, 0);
}

static void true_pairs_that_the_engine_forgets_are_noticed(void **state) {
    (void)state;
    ck_error error = {0};
    ck_evaluation e;
    write_people(false);
    write_truth(false);
    evaluate(&error, &SPEC, 1, 0, 0, &e);
    assert_int_equal(error.status, CK_INTERNAL);
}

static void measures_without_meaning_are_null(void **state) {
    (void)state;
    ck_error error = {0};
    ck_evaluation e;
    char *text;
    memset(group, 0, sizeof group);
    group[0] = 1;
    group[1] = 2;
    write_people(false);
    nlinks = 0;
    write_truth_text("rec_id,entity_id,file\na0000,x,gp\na0001,y,gp\n");
    evaluate(&error, &SPEC, 0, 0, 0, &e);
    assert_string_equal(error.text, "");
    assert_int_equal(ck_evaluation_print(&error, &e, &text), CK_OK);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    json_t *edge = json_object_get(json, "edge"), *closure = json_object_get(json, "closure");
    assert_int_equal(json_integer_value(json_object_get(json, "true_pairs")), 0);
    assert_true(json_is_null(json_object_get(json, "blocking_recall")));
    assert_true(json_is_null(json_object_get(edge, "best_f1")) && json_is_null(json_object_get(edge, "best_weight")));
    static const char *const keys[] = {"f1", "precision", "recall", "best_f1", "best_weight"};
    for (size_t k = 0; k < 5; k++)
        assert_true(json_is_null(json_object_get(closure, keys[k])));
    assert_true(json_number_value(json_object_get(closure, "threshold_weight")) == 0);
    json_decref(json);
    ck_free(text);
}

static void json_reads_back_exactly(void **state) {
    (void)state;
    ck_error error = {0};
    char *text;
    ck_evaluation e = {.records = 7, .candidates = UINT64_C(1) << 52, .blocking_recall = 1.0 / 3};
    e.edge_best_weight = 6.2999999999999998;
    e.closure_f1 = 0.98;
    e.threshold_weight = -4;
    assert_int_equal(ck_evaluation_print(&error, &e, &text), CK_OK);
    json_t *json = json_loads(text, 0, NULL), *edge = json_object_get(json, "edge");
    assert_true(json_real_value(json_object_get(json, "blocking_recall")) == 1.0 / 3);
    assert_true(json_real_value(json_object_get(edge, "best_weight")) == 6.2999999999999998);
    assert_non_null(strstr(text, "\"f1\": 0.98,"));
    assert_non_null(strstr(text, "\"candidates\": 4503599627370496,"));
    assert_non_null(strstr(text, "\"threshold_weight\": -4,"));
    json_decref(json);
    ck_free(text);
}

static int clean_up(void **state) {
    (void)state;
    wait_for_all();
    if (comm.rank == 0) {
        unlink(PEOPLE);
        unlink(TRUTH);
    }
    return 0;
}

#define FILE_TEST(f) cmocka_unit_test_teardown(f, clean_up)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        FILE_TEST(every_link_type_equals_counting_by_hand),
        FILE_TEST(closure_is_of_the_index),
        FILE_TEST(persons_equal_counting_by_hand),
        cmocka_unit_test(intervals_are_those_of_wilson),
        FILE_TEST(the_sweep_equals_closure_at_every_weight),
        cmocka_unit_test(links_of_one_weight_stand_together_and_ties_go_to_the_highest),
        FILE_TEST(truth_without_a_source_column_is_looked_up_in_all),
        FILE_TEST(a_record_of_several_rows_has_one_entity),
        FILE_TEST(bad_truth_is_told_with_file_row_and_column),
        FILE_TEST(a_truth_file_cut_short_is_an_error),
        FILE_TEST(the_same_row_twice_is_no_contradiction),
        FILE_TEST(true_pairs_that_the_engine_forgets_are_noticed),
        FILE_TEST(measures_without_meaning_are_null),
        cmocka_unit_test(json_reads_back_exactly),
    };
    RUN_AT_RANKS(argc, argv, "assess", tests);
}

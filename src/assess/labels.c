#include "assess/labels.h"
#include "assess/truth.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/path.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* Does the header name the column? Whatever else is wrong with the file is found when it is read. */
static bool has_column(ck_error *error, const char *file, const char *name) {
    char header[4096] = "";
    gzFile in = ck_fault(CK_FAULT_READ) || ck_path_readable(error, file) != CK_OK ? NULL : gzopen(file, "rb");
    bool read = in && gzgets(in, header, sizeof header), found = false;
    if (in)
        gzclose(in);
    else
        ck_fail(error, CK_FILE, "Cannot read %s.", file);
    char *rest = header;
    for (const char *word = read ? strtok_r(header, ",\"\r\n", &rest) : NULL; word && !found; word = strtok_r(NULL, ",\"\r\n", &rest))
        found = strcmp(word, name) == 0;
    return found;
}

/* The number in a row's cell, NAN where it is empty or no number. */
static double number_of(const ck_truth_table *t, uint64_t row, bool *empty) {
    char text[64], *end;
    uint32_t k = t->group[row];
    *empty = k == 0;
    if (k == 0)
        return (double)NAN;
    size_t n = (size_t)(t->entity_offset[k] - t->entity_offset[k - 1]);
    memcpy(text, t->entity_bytes + t->entity_offset[k - 1], n < sizeof text ? n : 0);
    text[n < sizeof text ? n : 0] = 0;
    double number = strtod(text, &end);
    return end == text || *end ? (double)NAN : number;
}

/* A row's score; NAN where it is empty. */
static double score_of(ck_error *error, const ck_truth_table *t, const char *file, uint64_t row) {
    bool empty;
    double score = number_of(t, row, &empty);
    if (!empty && !(score >= 0 && score <= 1))
        ck_fail(error, CK_DATA, "%s row %llu, column score: this is no number from 0 to 1.", file, (unsigned long long)row + 1);
    return score;
}

/* A row's sampling weight; 1 where the file has none. A row without a score needs none. */
static double weight_of(ck_error *error, const ck_truth_table *t, const char *file, uint64_t row, double score) {
    bool empty;
    double weight = t->n ? number_of(t, row, &empty) : 1;
    if (!(weight > 0 && isfinite(weight)) && !isnan(score))
        ck_fail(error, CK_DATA, "%s row %llu, column sampling_weight: this is no number above 0.", file, (unsigned long long)row + 1);
    return weight;
}

static void keep_label(ck_labels *labels, uint64_t left, uint64_t right, const uint32_t *row_record, double score, double stands_for) {
    if (isnan(score)) {
        labels->empty++;
    } else if (left == UINT64_MAX || right == UINT64_MAX) {
        labels->without_record++;
    } else {
        uint32_t x = row_record ? row_record[left] : (uint32_t)left, y = row_record ? row_record[right] : (uint32_t)right;
        if (x == y)
            labels->same_record++;
        else
            labels->label[labels->n++] = (ck_label){.a = x < y ? x : y, .b = x < y ? y : x, .score = score, .stands_for = stands_for,
                                                           .weight = (double)NAN};
    }
}

/* The record of every row on rank 0; NULL where rows are records. */
static ck_status gather_records(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t **row_record) {
    uint64_t collapsed = people->row_record != NULL, *offset = NULL;
    void *all = NULL;
    ck_par_max(comm, &collapsed, 1);
    if (collapsed)
        ck_par_gather(comm, error, people->row_record, (people->row_end - people->row_begin) * sizeof *people->row_record, &all, &offset);
    ck_free(offset);
    *row_record = all;
    return error->status;
}

typedef struct ck_sides {
    ck_truth_table table[2], weights; /* weights: empty where the file has none */
    uint64_t *row[2];
    uint32_t *row_record;
} ck_sides;

/* The same file twice, each time another side's id; and once more for the weights. */
static ck_status find_sides(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, const char *file,
                            ck_sides *sides) {
    static const char *const id[2] = {"id_l", "id_r"}, *const source[2] = {"source_l", "source_r"};
    for (int k = 0; k < 2; k++) {
        ck_truth_spec spec = {.file = (char *)file, .id = (char *)id[k], .entity = (char *)"score"};
        if (comm->rank == 0 && has_column(error, file, "source_l") && has_column(error, file, "source_r"))
            spec.source = (char *)source[k];
        if (comm->rank == 0 && ck_truth_read(error, &spec, people, &sides->table[k]) == CK_OK)
            sides->row[k] = ck_alloc(error, sides->table[k].n, sizeof *sides->row[k]);
        if (ck_par_agree(comm, error) || ck_truth_find_rows(comm, error, people_path, people, file, &sides->table[k], sides->row[k]))
            return error->status;
    }
    ck_truth_spec spec = {.file = (char *)file, .id = (char *)id[0], .entity = (char *)"sampling_weight"};
    if (comm->rank == 0 && has_column(error, file, spec.entity))
        ck_truth_read(error, &spec, people, &sides->weights);
    return ck_par_agree(comm, error) ? error->status : gather_records(comm, error, people, &sides->row_record);
}

static void make_labels(ck_error *error, const char *file, const ck_sides *sides, ck_labels *labels) {
    const ck_truth_table *table = &sides->table[0];
    labels->label = ck_alloc(error, table->n, sizeof *labels->label);
    labels->weights = sides->weights.n ? CK_WEIGHTS_COLUMN : CK_WEIGHTS_NONE;
    for (uint64_t i = 0; i < table->n && error->status == CK_OK; i++) {
        double score = score_of(error, table, file, i), weight = weight_of(error, &sides->weights, file, i, score);
        keep_label(labels, sides->row[0][i], sides->row[1][i], sides->row_record, score, weight);
    }
    if (error->status == CK_OK && labels->n == 0)
        ck_fail(error, CK_DATA, "No row of %s has a score and two ids of the people.", file);
}

/* Rank 0's labels to all. */
static ck_status share_labels(const ck_comm *comm, ck_error *error, ck_labels *labels) {
    ck_label *mine = labels->label;
    ck_par_broadcast(comm, 0, labels, sizeof *labels);
    labels->label = comm->rank == 0 ? mine : ck_alloc(error, labels->n, sizeof *labels->label);
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_broadcast(comm, 0, labels->label, labels->n * sizeof *labels->label);
    return error->status;
}

ck_status ck_labels_read(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, const char *file,
                         ck_labels *labels) {
    ck_sides sides = {0};
    *labels = (ck_labels){0};
    if (find_sides(comm, error, people_path, people, file, &sides) == CK_OK && comm->rank == 0)
        make_labels(error, file, &sides, labels);
    if (ck_par_agree(comm, error) == CK_OK)
        share_labels(comm, error, labels);
    for (int k = 0; k < 2; k++) {
        ck_truth_free(&sides.table[k]);
        ck_free(sides.row[k]);
    }
    ck_truth_free(&sides.weights);
    ck_free(sides.row_record);
    return error->status;
}

void ck_labels_free(ck_labels *labels) {
    ck_free(labels->label);
    *labels = (ck_labels){0};
}

/* --- the sample that the labels are of --------------------------------------------------------------------------- */

static int by_records(const void *x, const void *y) {
    const ck_review_pair *p = x, *q = y;
    return p->a != q->a ? (p->a > q->a) - (p->a < q->a) : (p->b > q->b) - (p->b < q->b);
}

/* The band of every label, from the sample's pairs in order of their records; false: some label is of no pair of the sample. */
static bool find_bands(const ck_labels *labels, const ck_review_pair *pair, uint64_t n, uint32_t *band) {
    for (uint64_t i = 0; i < labels->n; i++) {
        const ck_review_pair key = {.a = labels->label[i].a, .b = labels->label[i].b}, *found = bsearch(&key, pair, n, sizeof key, by_records);
        if (!found)
            return false;
        band[i] = found->band;
    }
    return true;
}

ck_status ck_labels_use_sample(ck_error *error, ck_labels *labels, const ck_review_sample *sample) {
    uint64_t labelled[CK_REVIEW_BANDS] = {0};
    ck_review_pair *pair = ck_alloc(error, sample->n, sizeof *pair);
    uint32_t *band = ck_alloc(error, labels->n, sizeof *band);
    if (error->status == CK_OK && labels->weights == CK_WEIGHTS_NONE) {
        memcpy(pair, sample->pair, sample->n * sizeof *pair);
        qsort(pair, sample->n, sizeof *pair, by_records);
        if (find_bands(labels, pair, sample->n, band)) {
            labels->weights = CK_WEIGHTS_SAMPLE;
            for (uint64_t i = 0; i < labels->n; i++)
                labelled[band[i]]++;
            for (uint64_t i = 0; i < labels->n; i++)
                labels->label[i].stands_for = (double)sample->band[band[i]].pairs / (double)labelled[band[i]];
        }
    }
    ck_free(band);
    ck_free(pair);
    return error->status;
}

/* --- weights and persons ------------------------------------------------------------------------------------------ */

/* Place of (a, b) among this rank's links, or n. */
static uint64_t find_link(const ck_links *links, uint32_t a, uint32_t b) {
    uint64_t low = 0, high = links->n;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (links->a[middle] < a || (links->a[middle] == a && links->b[middle] < b))
            low = middle + 1;
        else
            high = middle;
    }
    return low < links->n && links->a[low] == a && links->b[low] == b ? low : links->n;
}

/* What this rank knows: whether it has the link, its weight's bits, and one more than the persons of both sides. */
enum { FOUND, BITS, PERSON_A, PERSON_B, FACTS };

static uint64_t person_here(const ck_index *index, uint32_t record) {
    return record >= index->begin && record < index->end ? (uint64_t)index->person[record - index->begin] + 1 : 0;
}

ck_status ck_labels_weigh(const ck_comm *comm, ck_error *error, const ck_links *links, const ck_index *index, ck_labels *labels) {
    uint64_t *fact = ck_alloc_zero(error, labels->n, FACTS * sizeof *fact);
    if (ck_par_agree(comm, error) == CK_OK) {
        for (uint64_t i = 0; i < labels->n; i++) {
            const ck_label *label = &labels->label[i];
            uint64_t *f = fact + i * FACTS, at = find_link(links, label->a, label->b);
            f[FOUND] = at < links->n;
            if (at < links->n)
                memcpy(&f[BITS], &links->weight[at], sizeof f[BITS]);
            f[PERSON_A] = person_here(index, label->a);
            f[PERSON_B] = person_here(index, label->b);
        }
        ck_par_sum(comm, fact, labels->n * FACTS); /* one rank has each link and each record */
        for (uint64_t i = 0; i < labels->n; i++) {
            const uint64_t *f = fact + i * FACTS;
            if (f[FOUND])
                memcpy(&labels->label[i].weight, &f[BITS], sizeof f[BITS]);
            labels->label[i].together = f[PERSON_A] && f[PERSON_A] == f[PERSON_B];
        }
    }
    ck_free(fact);
    return error->status;
}

/* --- measures ----------------------------------------------------------------------------------------------------- */

double ck_label_band_from(int band) {
    static const double from[CK_LABEL_BANDS + 1] = {-(double)INFINITY, -8, -4, -2, 0, 2, 4, 8, 16, (double)INFINITY};
    return from[band];
}

static void add(ck_label_sum *sum, const ck_label *label) {
    sum->pairs++;
    ck_ratio_add(&sum->share, label->stands_for * label->score, label->stands_for);
}

/* Every label says something of recall, found or not, unless it is surely no match. */
static void add_found(ck_label_found *sum, const ck_label *label, bool found) {
    double matches = label->stands_for * label->score;
    if (found)
        add(&sum->found, label);
    if (matches > 0)
        ck_ratio_add(&sum->recall, found ? matches : 0, matches);
}

void ck_labels_measure(const ck_labels *labels, double decision, ck_label_measures *m) {
    *m = (ck_label_measures){0};
    for (uint64_t i = 0; i < labels->n; i++) {
        const ck_label *label = &labels->label[i];
        add(&m->all, label);
        add_found(&m->persons, label, label->together);
        add_found(&m->links, label, label->weight >= decision); /* NAN is not */
        if (isnan(label->weight)) {
            add(&m->without_weight, label);
            continue;
        }
        int band = CK_LABEL_BANDS - 1;
        while (label->weight < decision + ck_label_band_from(band))
            band--;
        add(&m->band[band], label);
    }
}

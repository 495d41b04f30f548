#include "persons/winner.h"
#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>

/* ---- records by person ---- */

/** Counting sort: stable, so records rise within a person. */
ck_status ck_person_records_make(ck_error *error, const uint32_t *person, uint64_t records, uint64_t persons, ck_person_records *of) {
    *of = (ck_person_records){.persons = persons, .offset = ck_alloc_zero(error, persons + 2, sizeof *of->offset), .record = ck_alloc(error, records, sizeof *of->record)};
    if (error->status != CK_OK)
        return error->status;
    uint64_t *next = of->offset + 1; /* next[p] counts up to where p + 1 begins, which is offset[p + 1] */
    for (uint64_t r = 0; r < records; r++)
        next[person[r] + 1]++;
    for (uint64_t p = 0; p < persons; p++) {
        if (next[p + 1] > of->longest)
            of->longest = next[p + 1];
        next[p + 1] += next[p];
    }
    for (uint64_t r = 0; r < records; r++)
        of->record[next[person[r]]++] = (uint32_t)r;
    return CK_OK;
}

void ck_person_records_free(ck_person_records *of) {
    ck_free(of->offset);
    ck_free(of->record);
    *of = (ck_person_records){0};
}

/* ---- standings ---- */

/** How a value of one person stands. */
typedef struct standing {
    uint32_t record;     /* smallest that has the value */
    uint32_t rank;       /* smallest; with most_recent, on the latest date */
    uint64_t rows, rows_at_rank;
    int64_t date;        /* latest */
} standing;

/** Does a row of (date, rank) outdo what was seen of the value? */
static int against(const ck_winner_input *input, const standing *s, int64_t date, uint32_t rank) {
    if (input->rule == CK_WINNER_MOST_RECENT && date != s->date)
        return date > s->date ? 1 : -1;
    return rank == s->rank ? 0 : rank < s->rank ? 1 : -1;
}

static standing stand(const ck_winner_input *input, const uint32_t *record, uint64_t n) {
    standing s = {.record = record[0], .rank = UINT32_MAX, .date = CK_NO_DATE};
    for (uint64_t i = 0; i < n; i++) {
        uint32_t r = record[i], rows = input->rows ? input->rows[r] : 1;
        int64_t date = input->date ? input->date[r] : CK_NO_DATE;
        int better = against(input, &s, date, input->rank[r]);
        s.rows += rows;
        if (better > 0) {
            s.rank = input->rank[r];
            s.date = date;
            s.rows_at_rank = 0;
        }
        if (better >= 0)
            s.rows_at_rank += rows;
    }
    return s;
}

static bool is_better(ck_winner_rule rule, const standing *a, const standing *b) {
    uint64_t a_rows = rule == CK_WINNER_PRIORITY ? a->rows_at_rank : a->rows, b_rows = rule == CK_WINNER_PRIORITY ? b->rows_at_rank : b->rows;
    if (rule == CK_WINNER_MOST_RECENT && a->date != b->date)
        return a->date > b->date;
    if (rule == CK_WINNER_MOST_FREQUENT && a_rows != b_rows)
        return a_rows > b_rows;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a_rows != b_rows)
        return a_rows > b_rows;
    return a->record < b->record;
}

/* ---- one person ---- */

typedef struct entry {
    uint32_t value, record;
} entry;

static int by_value(const void *left, const void *right) {
    const entry *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}

/** `list` and `group` have room for the person's records. */
static uint32_t find_winner(const ck_winner_input *input, const uint32_t *record, uint64_t n, entry *list, uint32_t *group) {
    uint64_t m = 0;
    standing best = {.record = CK_NO_WINNER};
    for (uint64_t i = 0; i < n; i++)
        if (input->value[record[i]])
            list[m++] = (entry){input->value[record[i]], record[i]};
    qsort(list, m, sizeof *list, by_value);
    for (uint64_t i = 0, j = 0; i < m; i = j) {
        for (j = i; j < m && list[j].value == list[i].value; j++)
            group[j - i] = list[j].record;
        standing s = stand(input, group, j - i);
        if (best.record == CK_NO_WINNER || is_better(input->rule, &s, &best))
            best = s;
    }
    return best.record;
}

ck_status ck_find_winners(ck_error *error, const ck_person_records *of, const ck_winner_input *input, uint32_t *winner) {
    entry *list = ck_alloc(error, of->longest, sizeof *list);
    uint32_t *group = ck_alloc(error, of->longest, sizeof *group);
    for (uint64_t p = 0; list && group && p < of->persons; p++)
        winner[p] = find_winner(input, of->record + of->offset[p], of->offset[p + 1] - of->offset[p], list, group);
    ck_free(group);
    ck_free(list);
    return error->status;
}

/* Classes of persons that are alike in what others may know of them. */
#include "base/hash.h"
#include "base/memory.h"
#include "release/release_table.h"
#include <stdlib.h>
#include <string.h>

enum { BLANK = 1 }; /* the value of a column that was blanked, or that a person has nowhere */

typedef struct classes {
    ck_release *release;
    const ck_small_rule *rule;
    uint64_t **value;  /* [nof][persons] hash of the person's set of values */
    uint64_t *hash;    /* [persons] of all of them */
    uint64_t *sorted;  /* hashes of the persons that count, in order */
    uint64_t n;
    bool *there;       /* [persons] has a row */
} classes;

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint32_t find_column(const ck_release_table *table, const char *name) {
    uint32_t c = 0;
    while (c < table->ncolumns && strcmp(table->column[c], name) != 0)
        c++;
    return c;
}

/* Every (person, value) that the column has anywhere, as one number each; sorted. */
static ck_status list_values(ck_error *error, const ck_release *release, const char *name, uint64_t **list, uint64_t *n) {
    size_t room = 0;
    bool found = false;
    *n = 0;
    for (uint32_t t = 0; t < release->ntables; t++) {
        const ck_release_table *table = &release->table[t];
        uint32_t c = find_column(table, name);
        if (c == table->ncolumns)
            continue;
        if (table->of_households)
            return ck_fail(error, CK_USAGE, "Table '%s' is of households and has the column '%s' that small groups are counted by: what persons lose there would go out here.", table->name, name);
        found = true;
        if (ck_grow(error, list, &room, *n + table->rows, sizeof **list) != CK_OK)
            return error->status;
        for (uint64_t row = 0; row < table->rows; row++)
            if (table->code[c][row])
                (*list)[(*n)++] = (uint64_t)table->person[row] << 32 | table->code[c][row];
    }
    if (!found)
        return ck_fail(error, CK_USAGE, "No table has the column '%s' that small groups are counted by.", name);
    if (*n)
        qsort(*list, *n, sizeof **list, compare_u64);
    return CK_OK;
}

static ck_status hash_values(ck_error *error, classes *of, uint32_t k) {
    const ck_release *release = of->release;
    uint64_t *list = NULL, n;
    of->value[k] = ck_alloc(error, release->persons, sizeof **of->value);
    if (error->status == CK_OK && list_values(error, release, of->rule->of[k], &list, &n) == CK_OK) {
        for (uint64_t p = 0; p < release->persons; p++)
            of->value[k][p] = BLANK;
        for (uint64_t i = 0; i < n; i++)
            if (i == 0 || list[i] != list[i - 1]) {
                uint64_t *value = &of->value[k][list[i] >> 32];
                *value = ck_hash_mix(*value + release->values.hash[(uint32_t)list[i]]);
            }
    }
    ck_free(list);
    return error->status;
}

static ck_status begin(ck_error *error, classes *of) {
    const ck_release *release = of->release;
    of->value = ck_alloc_zero(error, of->rule->nof, sizeof *of->value);
    of->hash = ck_alloc(error, release->persons, sizeof *of->hash);
    of->sorted = ck_alloc(error, release->persons, sizeof *of->sorted);
    of->there = ck_alloc_zero(error, release->persons, sizeof *of->there);
    for (uint32_t k = 0; error->status == CK_OK && k < of->rule->nof; k++)
        hash_values(error, of, k);
    for (uint32_t t = 0; error->status == CK_OK && t < release->ntables; t++)
        for (uint64_t row = 0; !release->table[t].of_households && row < release->table[t].rows; row++)
            of->there[release->table[t].person[row]] = true;
    return error->status;
}

static void end(classes *of) {
    for (uint32_t k = 0; of->value && k < of->rule->nof; k++)
        ck_free(of->value[k]);
    ck_free(of->value);
    ck_free(of->hash);
    ck_free(of->sorted);
    ck_free(of->there);
}

static bool counts_person(const classes *of, uint64_t p) {
    return of->there[p] && !of->release->withheld[p];
}

static void sort_classes(classes *of) {
    of->n = 0;
    for (uint64_t p = 0; p < of->release->persons; p++) {
        if (!counts_person(of, p))
            continue;
        uint64_t hash = 0;
        for (uint32_t k = 0; k < of->rule->nof; k++)
            hash = ck_hash_mix(hash + of->value[k][p]);
        of->hash[p] = hash;
        of->sorted[of->n++] = hash;
    }
    qsort(of->sorted, of->n, sizeof *of->sorted, compare_u64);
}

static uint64_t first_at_least(const classes *of, uint64_t hash) {
    uint64_t low = 0, high = of->n;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (of->sorted[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is the person's class smaller than k? Looks no further than k places. */
static bool is_small(const classes *of, uint64_t p) {
    uint64_t first = first_at_least(of, of->hash[p]);
    return first + of->rule->k > of->n || of->sorted[first + of->rule->k - 1] != of->hash[p];
}

static void blank_column(ck_release *release, const char *name, const bool *chosen) {
    for (uint32_t t = 0; t < release->ntables; t++) {
        ck_release_table *table = &release->table[t];
        uint32_t c = find_column(table, name);
        for (uint64_t row = 0; !table->of_households && c < table->ncolumns && row < table->rows; row++)
            if (chosen[table->person[row]])
                table->code[c][row] = 0;
    }
}

static uint32_t number_of(const ck_small_rule *rule, const char *name) {
    uint32_t k = 0;
    while (k < rule->nof && strcmp(rule->of[k], name) != 0)
        k++;
    return k;
}

/* Persons of small classes lose one column, and form new classes without it. */
static ck_status blank_step(ck_error *error, classes *of, uint32_t step, uint64_t *blanked) {
    const char *name = of->rule->blank[step];
    uint32_t k = number_of(of->rule, name);
    bool *chosen = ck_alloc_zero(error, of->release->persons, sizeof *chosen);
    if (k == of->rule->nof)
        ck_fail(error, CK_USAGE, "Column '%s' cannot be blanked: small groups are not counted by it.", name);
    for (uint64_t p = 0; error->status == CK_OK && p < of->release->persons; p++) {
        chosen[p] = counts_person(of, p) && is_small(of, p);
        *blanked += chosen[p];
    }
    for (uint64_t p = 0; error->status == CK_OK && p < of->release->persons; p++)
        if (chosen[p])
            of->value[k][p] = BLANK;
    if (error->status == CK_OK) {
        blank_column(of->release, name, chosen);
        sort_classes(of);
    }
    ck_free(chosen);
    return error->status;
}

/* Classes are as they were sorted until all are looked at. */
static void withhold(classes *of, ck_small_counts *counts) {
    for (uint64_t p = 0; p < of->release->persons; p++)
        if (counts_person(of, p) && is_small(of, p)) {
            of->release->withheld[p] = true;
            counts->withheld++;
        }
    sort_classes(of);
}

static void count_classes(const classes *of, ck_small_counts *counts) {
    counts->smallest = of->n;
    for (uint64_t i = 0, j; i < of->n; i = j) {
        for (j = i; j < of->n && of->sorted[j] == of->sorted[i];)
            j++;
        counts->classes++;
        counts->smallest = j - i < counts->smallest ? j - i : counts->smallest;
    }
}

ck_status ck_small_groups(ck_error *error, ck_release *release, const ck_small_rule *rule, ck_small_counts *counts) {
    classes of = {.release = release, .rule = rule};
    *counts = (ck_small_counts){0};
    if (begin(error, &of) == CK_OK) {
        sort_classes(&of);
        counts->persons = of.n;
        for (uint64_t p = 0; rule->k > 1 && p < release->persons; p++)
            counts->small += counts_person(&of, p) && is_small(&of, p);
        for (uint32_t s = 0; rule->k > 1 && s < rule->nblank && error->status == CK_OK; s++)
            blank_step(error, &of, s, &counts->blanked[s]);
        if (rule->k > 1 && error->status == CK_OK)
            withhold(&of, counts);
        count_classes(&of, counts);
    }
    end(&of);
    return error->status;
}

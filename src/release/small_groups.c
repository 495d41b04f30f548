/* Classes of persons, or of homes, that are alike in what others may know of them. */
#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"
#include "release/release_table.h"
#include <stdlib.h>
#include <string.h>

enum { NOTHING = 1 }; /* the value of what is known of an owner where nothing is */
static const uint32_t NONE = UINT32_MAX;

/* Who is in classes: persons, or homes (households of the release). What is known of one comes in parts: of a person, the values of a column over all tables; of a
 * home, the rows of a table, each with what all named columns say, for public registers are known by rows. */
typedef struct classes {
    ck_release *release;
    const ck_small_rule *rule;
    bool homes;
    uint64_t owners;
    uint32_t nparts;
    uint64_t **value;  /* [nparts][owners] hash of what is known */
    uint64_t *hash;    /* [owners] of all of it */
    uint64_t *sorted;  /* hashes of the owners that count, in order */
    uint64_t n;
    bool *there;       /* [owners] has a row, of a person or of a property */
} classes;

typedef struct known {
    uint32_t owner;
    uint64_t hash;     /* of what a row says */
} known;

static int compare_known(const void *a, const void *b) {
    const known *x = a, *y = b;
    return x->owner != y->owner ? (x->owner < y->owner ? -1 : 1) : ck_compare_u64(&x->hash, &y->hash);
}

static uint32_t find_column(const ck_release_table *table, const char *name) {
    for (uint32_t c = 0; c < table->ncolumns; c++)
        if (strcmp(table->column[c], name) == 0)
            return c;
    return NONE;
}

/* Whose row it is: NONE where a person has no home. */
static uint32_t owner_of(const classes *of, const ck_release_table *table, uint64_t row) {
    uint32_t owner = table->person[row];
    return !of->homes || table->of_households ? owner : (uint32_t)(of->release->household[owner] - 1);
}

/* ---- what is known ---- */

/* The named columns of a table that a part is made of; their number. */
static uint32_t list_columns(const classes *of, uint32_t part, uint32_t t, uint32_t *column) {
    const ck_release_table *table = &of->release->table[t];
    uint32_t n = 0;
    if (of->homes ? t != part : table->of_households)
        return 0;
    for (uint32_t k = of->homes ? 0 : part; k < (of->homes ? of->rule->nof : part + 1); k++) {
        column[n] = find_column(table, of->rule->of[k]);
        n += column[n] != NONE;
    }
    return n;
}

/* What a row says in the columns. A row of a person with nothing in them says nothing; that there is one of a property says something. */
static uint64_t hash_row(const ck_release *release, const ck_release_table *table, uint64_t row, const uint32_t *column, uint32_t n) {
    uint64_t hash = 0;
    bool any = table->of_households;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = table->code[column[i]][row];
        any = any || code;
        hash = ck_hash_mix(hash + i + release->values.hash[code]);
    }
    return any ? hash : 0;
}

static ck_status list_known(ck_error *error, const classes *of, uint32_t t, const uint32_t *column, uint32_t ncolumns, known **list, size_t *room, uint64_t *n) {
    const ck_release_table *table = &of->release->table[t];
    if (ck_grow(error, list, room, *n + table->rows, sizeof **list) != CK_OK)
        return error->status;
    for (uint64_t row = 0; row < table->rows; row++) {
        known one = {owner_of(of, table, row), hash_row(of->release, table, row, column, ncolumns)};
        if (one.owner != NONE && one.hash && (table->of_households || !of->release->withheld[table->person[row]]))
            (*list)[(*n)++] = one;
    }
    return CK_OK;
}

/* Rows of persons that say the same are one, for there is one at every contact; those of properties are as many as a register has. */
static void mix_known(classes *of, uint32_t part, known *list, uint64_t n) {
    bool all = of->homes && of->release->table[part].of_households;
    for (uint64_t p = 0; p < of->owners; p++)
        of->value[part][p] = NOTHING;
    if (n)
        qsort(list, n, sizeof *list, compare_known);
    for (uint64_t i = 0; i < n; i++)
        if (all || i == 0 || compare_known(&list[i], &list[i - 1]) != 0) {
            uint64_t *value = &of->value[part][list[i].owner];
            *value = ck_hash_mix(*value + list[i].hash);
        }
}

static ck_status fill_part(ck_error *error, classes *of, uint32_t part) {
    known *list = NULL;
    uint64_t n = 0;
    size_t room = 0;
    uint32_t *column = ck_alloc(error, of->rule->nof, sizeof *column);
    for (uint32_t t = 0; error->status == CK_OK && t < of->release->ntables; t++) {
        uint32_t ncolumns = list_columns(of, part, t, column);
        if (ncolumns)
            list_known(error, of, t, column, ncolumns, &list, &room, &n);
    }
    if (error->status == CK_OK)
        mix_known(of, part, list, n);
    ck_free(column);
    ck_free(list);
    return error->status;
}

/* ---- columns that are named ---- */

static const char *who(const classes *of) {
    return of->homes ? "small homes" : "small groups";
}

static ck_status check_column(ck_error *error, const classes *of, const char *name) {
    bool found = false;
    for (uint32_t t = 0; t < of->release->ntables; t++) {
        const ck_release_table *table = &of->release->table[t];
        bool has = find_column(table, name) != NONE;
        if (has && table->of_households && !of->homes)
            return ck_fail(error, CK_USAGE, "Table '%s' is of households and has the column '%s' that small groups are counted by: what persons lose there would go out here.", table->name, name);
        found = found || has;
    }
    return found ? CK_OK : ck_fail(error, CK_USAGE, "No table has the column '%s' that %s are counted by.", name, who(of));
}

static uint32_t number_of(const ck_small_rule *rule, const char *name) {
    uint32_t k = 0;
    while (k < rule->nof && strcmp(rule->of[k], name) != 0)
        k++;
    return k;
}

static ck_status check_columns(ck_error *error, const classes *of) {
    for (uint32_t k = 0; k < of->rule->nof; k++)
        if (check_column(error, of, of->rule->of[k]) != CK_OK)
            return error->status;
    for (uint32_t b = 0; b < of->rule->nblank; b++)
        if (number_of(of->rule, of->rule->blank[b]) == of->rule->nof)
            return ck_fail(error, CK_USAGE, "Column '%s' cannot be blanked: %s are not counted by it.", of->rule->blank[b], who(of));
    return CK_OK;
}

/* ---- classes ---- */

static void mark_there(classes *of) {
    for (uint32_t t = 0; t < of->release->ntables; t++) {
        const ck_release_table *table = &of->release->table[t];
        for (uint64_t row = 0; of->homes == table->of_households && row < table->rows; row++)
            of->there[table->person[row]] = true;
    }
}

static ck_status begin(ck_error *error, classes *of) {
    of->owners = of->homes ? of->release->households : of->release->persons;
    of->nparts = of->homes ? of->release->ntables : of->rule->nof;
    of->value = ck_alloc_zero(error, of->nparts, sizeof *of->value);
    of->hash = ck_alloc(error, of->owners, sizeof *of->hash);
    of->sorted = ck_alloc(error, of->owners, sizeof *of->sorted);
    of->there = ck_alloc_zero(error, of->owners, sizeof *of->there);
    for (uint32_t part = 0; error->status == CK_OK && part < of->nparts; part++) {
        of->value[part] = ck_alloc(error, of->owners, sizeof **of->value);
        if (of->value[part])
            fill_part(error, of, part);
    }
    if (error->status == CK_OK)
        mark_there(of);
    return error->status;
}

static void end(classes *of) {
    for (uint32_t part = 0; of->value && part < of->nparts; part++)
        ck_free(of->value[part]);
    ck_free(of->value);
    ck_free(of->hash);
    ck_free(of->sorted);
    ck_free(of->there);
}

static bool is_known(const classes *of, uint64_t p) {
    uint32_t part = 0;
    while (part < of->nparts && of->value[part][p] == NOTHING)
        part++;
    return part < of->nparts;
}

/* A home counts where a property's row goes out, or a person's row says something of it. */
static bool counts_owner(const classes *of, uint64_t p) {
    return of->homes ? of->release->household_out[p] && (of->there[p] || is_known(of, p)) : of->there[p] && !of->release->withheld[p];
}

static void sort_classes(classes *of) {
    of->n = 0;
    for (uint64_t p = 0; p < of->owners; p++) {
        if (!counts_owner(of, p))
            continue;
        uint64_t hash = 0;
        for (uint32_t part = 0; part < of->nparts; part++)
            hash = ck_hash_mix(hash + of->value[part][p]);
        of->hash[p] = hash;
        of->sorted[of->n++] = hash;
    }
    if (of->n)
        qsort(of->sorted, of->n, sizeof *of->sorted, ck_compare_u64);
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

/* Is the owner's class smaller than k? Looks no further than k places. */
static bool is_small(const classes *of, uint64_t p) {
    uint64_t first = first_at_least(of, of->hash[p]);
    return first + of->rule->k > of->n || of->sorted[first + of->rule->k - 1] != of->hash[p];
}

/* Classes are as they were sorted until all are looked at. */
static uint64_t choose_small(const classes *of, bool *chosen) {
    uint64_t n = 0;
    for (uint64_t p = 0; p < of->owners; p++) {
        chosen[p] = counts_owner(of, p) && is_small(of, p);
        n += chosen[p];
    }
    return n;
}

/* ---- what goes ---- */

static void blank_column(const classes *of, const char *name, const bool *chosen) {
    for (uint32_t t = 0; t < of->release->ntables; t++) {
        ck_release_table *table = &of->release->table[t];
        uint32_t c = find_column(table, name);
        for (uint64_t row = 0; c != NONE && row < table->rows; row++) {
            uint32_t owner = owner_of(of, table, row);
            if (owner != NONE && chosen[owner])
                table->code[c][row] = 0;
        }
    }
}

/* Owners of small classes lose one column, and form new classes without it. */
static ck_status blank_step(ck_error *error, classes *of, uint32_t step, bool *chosen, uint64_t *blanked) {
    const char *name = of->rule->blank[step];
    uint32_t k = number_of(of->rule, name);
    *blanked = choose_small(of, chosen);
    if (*blanked == 0)
        return CK_OK;
    blank_column(of, name, chosen);
    for (uint32_t part = 0; part < of->nparts && error->status == CK_OK; part++)
        if (of->homes ? find_column(&of->release->table[part], name) != NONE : part == k)
            fill_part(error, of, part);
    if (error->status == CK_OK)
        sort_classes(of);
    return error->status;
}

/* A person goes with every row; of a home go the rows of its properties and what persons' rows say of it. */
static void withhold(classes *of, const bool *chosen) {
    for (uint64_t p = 0; p < of->owners; p++)
        if (chosen[p] && of->homes)
            of->release->household_out[p] = false;
        else if (chosen[p])
            of->release->withheld[p] = true;
    for (uint32_t k = 0; of->homes && k < of->rule->nof; k++)
        blank_column(of, of->rule->of[k], chosen);
    sort_classes(of);
}

/* Hash of the smallest class. */
static uint64_t count_classes(const classes *of, ck_small_counts *counts) {
    uint64_t hash = 0;
    counts->classes = 0;
    counts->smallest = of->n;
    for (uint64_t i = 0, j; i < of->n; i = j) {
        for (j = i; j < of->n && of->sorted[j] == of->sorted[i];)
            j++;
        counts->classes++;
        if (j - i <= counts->smallest) {
            counts->smallest = j - i;
            hash = of->sorted[i];
        }
    }
    return hash;
}

/* A home of which nothing goes out still has a key, in its persons' rows: those homes are a class as well. While it is small, the smallest of the others goes with it. */
static void fill_silent(classes *of, uint64_t silent, bool *chosen, ck_small_counts *counts) {
    if (silent == 0 || silent >= of->rule->k || of->n == 0)
        return;
    uint64_t hash = count_classes(of, counts);
    for (uint64_t p = 0; p < of->owners; p++)
        chosen[p] = counts_owner(of, p) && of->hash[p] == hash;
    counts->withheld += counts->smallest;
    withhold(of, chosen);
}

static ck_status check(ck_error *error, classes *of, uint64_t out, ck_small_counts *counts) {
    bool *chosen = ck_alloc_zero(error, of->owners, sizeof *chosen);
    if (!chosen)
        return error->status;
    sort_classes(of);
    counts->owners = of->n;
    counts->small = choose_small(of, chosen);
    for (uint32_t s = 0; s < of->rule->nblank && error->status == CK_OK; s++)
        blank_step(error, of, s, chosen, &counts->blanked[s]);
    if (error->status == CK_OK) {
        counts->withheld = choose_small(of, chosen);
        withhold(of, chosen);
        if (of->homes)
            fill_silent(of, out - of->n, chosen, counts);
        count_classes(of, counts);
    }
    ck_free(chosen);
    return error->status;
}

ck_status ck_small_groups(ck_error *error, ck_release *release, const ck_small_rule *rule, ck_small_counts *counts) {
    classes of = {.release = release, .rule = rule};
    *counts = (ck_small_counts){0};
    if (check_columns(error, &of) == CK_OK && begin(error, &of) == CK_OK)
        check(error, &of, 0, counts);
    end(&of);
    return error->status;
}

ck_status ck_small_homes(ck_error *error, ck_release *release, const ck_small_rule *rule, ck_small_counts *counts) {
    classes of = {.release = release, .rule = rule, .homes = true};
    uint64_t out = 0;
    *counts = (ck_small_counts){0};
    for (uint64_t h = 0; h < release->households; h++)
        out += release->household_out[h];
    if (check_columns(error, &of) == CK_OK && begin(error, &of) == CK_OK)
        check(error, &of, out, counts);
    end(&of);
    return error->status;
}

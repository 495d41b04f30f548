/** carrick population DIR: how many persons there are, by age, sex and area. */
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/person_table.h"
#include "csv/csv_out.h"
#include "persons/winner.h"
#include "release/coarsen.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };

/* What persons are counted by. */
typedef struct dimension {
    char name[64];
    uint32_t column;
    ck_coarse_options coarse;
    uint32_t *value; /* [codes of the column] number in `values` */
} dimension;

typedef struct work {
    ck_person_table table;
    ck_lookup lookup;
    dimension by[MOST];
    uint32_t n;
    ck_intern values, groups; /* texts; tuples of them */
    uint64_t *count;          /* [groups] persons */
    size_t room;
} work;

static uint32_t bands[] = {0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90};

/* ---- what is counted by ---- */

/** Words of --by that are made of an attribute; any other word is an attribute itself. */
static const struct {
    const char *word;
    ck_role role;
    ck_coarse as;
    const char *of;
} made[] = {{"age", CK_ROLE_BIRTH_DATE, CK_COARSE_AGE_BAND, "a date of birth"}, {"year_of_age", CK_ROLE_BIRTH_DATE, CK_COARSE_AGE, "a date of birth"},
            {"sex", CK_ROLE_SEX, CK_COARSE_KEEP, "sex"},                        {"district", CK_ROLE_POSTCODE, CK_COARSE_OUTWARD, "a postcode"},
            {"lsoa", CK_ROLE_POSTCODE, CK_COARSE_LSOA, "a postcode"},           {"msoa", CK_ROLE_POSTCODE, CK_COARSE_MSOA, "a postcode"},
            {"local_authority", CK_ROLE_POSTCODE, CK_COARSE_LOCAL_AUTHORITY, "a postcode"}};
enum { MADE = sizeof made / sizeof *made };

static ck_status find_attribute(ck_error *error, const work *w, dimension *d) {
    const char *names[64];
    uint32_t n = 0;
    d->column = ck_people_find_column(&w->table.people, d->name);
    if (d->column != UINT32_MAX)
        return CK_OK;
    for (int i = 0; i < MADE; i++)
        names[n++] = made[i].word;
    for (uint32_t c = 0; c < w->table.people.ncolumns && n < 64; c++)
        names[n++] = w->table.people.column[c].name;
    const char *near = ck_text_nearest(d->name, names, n);
    return ck_fail(error, CK_USAGE, "Persons have no attribute '%s'%s%s%s; 'person' of the job names them.", d->name, near ? "; did you mean '" : "", near ? near : "",
                   near ? "'?" : "");
}

static ck_status add_dimension(ck_error *error, work *w, const char *word, size_t n) {
    dimension *d = &w->by[w->n];
    if (w->n == MOST || n == 0 || n >= sizeof d->name)
        return ck_fail(error, CK_USAGE, "--by takes up to %d words, such as age,sex,lsoa.", MOST);
    w->n++;
    memcpy(d->name, word, n);
    d->coarse = (ck_coarse_options){.as = CK_COARSE_KEEP, .nbands = sizeof bands / sizeof *bands, .band = bands, .as_of = w->table.day, .lookup = &w->lookup};
    int i = 0;
    while (i < MADE && strcmp(made[i].word, d->name) != 0)
        i++;
    if (i == MADE)
        return find_attribute(error, w, d);
    d->coarse.as = made[i].as;
    d->column = ck_person_table_role(&w->table, made[i].role);
    if (d->column == UINT32_MAX)
        return ck_fail(error, CK_USAGE, "'%s' needs an attribute of persons that is %s; name it in 'person' of the job.", d->name, made[i].of);
    if (ck_coarse_reads_lookup(d->coarse.as) && w->lookup.postcode.count == 0)
        return ck_fail(error, CK_USAGE, "'%s' needs --lookup, an ONSPD or NSPL file.", d->name);
    return CK_OK;
}

static ck_status read_dimensions(ck_error *error, const ck_options *options, work *w) {
    const char *by = options->by ? options->by : w->lookup.postcode.count ? "age,sex,lsoa" : "age,sex,district";
    for (const char *at = by; error->status == CK_OK; at += strcspn(at, ",") + 1) {
        add_dimension(error, w, at, strcspn(at, ","));
        if (at[strcspn(at, ",")] == 0)
            break;
    }
    return error->status;
}

/** Every value of the dictionary once; code 0, missing, is the empty text. */
static ck_status read_values(ck_error *error, work *w, dimension *d) {
    const ck_dict *dict = &w->table.people.column[d->column].dict;
    char room[CK_COARSE_ROOM];
    ck_span out;
    d->value = ck_alloc(error, (size_t)dict->count + 1, sizeof *d->value);
    for (uint32_t c = 0; d->value && c <= dict->count && error->status == CK_OK; c++) {
        ck_coarsen(&d->coarse, NULL, 0, c ? ck_dict_value(dict, c) : (ck_span){"", 0}, room, &out);
        ck_intern_add(error, &w->values, out, &d->value[c]);
    }
    return error->status;
}

/* ---- counting ---- */

static ck_status count_person(ck_error *error, work *w, uint64_t p) {
    uint32_t tuple[MOST], id, before = w->groups.count;
    for (uint32_t d = 0; d < w->n; d++)
        tuple[d] = w->by[d].value[w->table.people.column[w->by[d].column].code[p]];
    if (ck_intern_add(error, &w->groups, (ck_span){(const char *)tuple, w->n * sizeof *tuple}, &id) != CK_OK ||
        ck_grow(error, &w->count, &w->room, w->groups.count, sizeof *w->count) != CK_OK)
        return error->status;
    w->count[id] = (id < before ? w->count[id] : 0) + 1;
    return CK_OK;
}

/** Born by the day, not dead on it, and with --residents at home somewhere. */
static ck_status count_persons(ck_error *error, work *w, bool residents) {
    int64_t *birth = NULL, *death = NULL;
    if (ck_person_births(error, &w->table, &birth) == CK_OK)
        ck_person_deaths(error, &w->table, &death);
    for (uint64_t p = 0; p < w->table.people.records && error->status == CK_OK; p++) {
        bool unborn = w->table.as_of && birth && birth[p] != CK_NO_DATE && birth[p] > w->table.day;
        bool dead = w->table.as_of && death && death[p] != CK_NO_DATE && death[p] <= w->table.day;
        if (!unborn && !dead && !(residents && !w->table.households.household[p]))
            count_person(error, w, p);
    }
    ck_free(death);
    ck_free(birth);
    return error->status;
}

/* ---- writing ---- */

typedef struct row {
    const work *w;
    uint32_t group;
} row;

static ck_span text_of(const row *r, uint32_t d) {
    const char *tuple = ck_intern_get(&r->w->groups, r->group).bytes;
    uint32_t value;
    memcpy(&value, tuple + d * sizeof value, sizeof value);
    return ck_intern_get(&r->w->values, value);
}

/** 5-9 before 10-14: texts that begin with digits by their number, then by bytes. */
static int compare_texts(ck_span a, ck_span b) {
    size_t i = 0, j = 0;
    while (i < a.n && a.bytes[i] >= '0' && a.bytes[i] <= '9')
        i++;
    while (j < b.n && b.bytes[j] >= '0' && b.bytes[j] <= '9')
        j++;
    return i && j && i != j ? (i < j ? -1 : 1) : ck_span_compare(a, b);
}

static int by_texts(const void *left, const void *right) {
    const row *a = left, *b = right;
    int order = 0;
    for (uint32_t d = 0; d < a->w->n && order == 0; d++)
        order = compare_texts(text_of(a, d), text_of(b, d));
    return order;
}

static ck_status write_rows(ck_error *error, const work *w, const char *path) {
    row *list = ck_alloc(error, w->groups.count, sizeof *list);
    ck_csv_out csv = {0};
    for (uint32_t g = 0; list && g < w->groups.count; g++)
        list[g] = (row){w, g};
    if (list)
        qsort(list, w->groups.count, sizeof *list, by_texts);
    if (list && ck_csv_out_open(error, path, &csv) == CK_OK) {
        for (uint32_t d = 0; d < w->n; d++)
            ck_csv_out_string(&csv, w->by[d].name);
        ck_csv_out_string(&csv, "persons");
        ck_csv_out_end_row(&csv);
        for (uint32_t g = 0; g < w->groups.count; g++) {
            for (uint32_t d = 0; d < w->n; d++)
                ck_csv_out_text(&csv, text_of(&list[g], d));
            ck_csv_out_integer(&csv, (int64_t)w->count[list[g].group]);
            ck_csv_out_end_row(&csv);
        }
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    ck_free(list);
    return error->status;
}

/* ---- the command ---- */

static ck_status check_needs(ck_error *error, const ck_options *options, const work *w) {
    bool ages = false;
    for (uint32_t d = 0; d < w->n; d++)
        ages = ages || w->by[d].coarse.as == CK_COARSE_AGE || w->by[d].coarse.as == CK_COARSE_AGE_BAND;
    if (ages && !w->table.as_of)
        return ck_fail(error, CK_USAGE, "An age needs the date that it is of: --as-of YYYY-MM-DD, or 'as_of' in the job.");
    if (options->residents && !w->table.households.household)
        return ck_fail(error, CK_USAGE, "--residents needs households.h5, which 'households' in the job makes.");
    return CK_OK;
}

static ck_status tabulate(ck_error *error, const ck_options *options, work *w) {
    if (ck_person_table_open(error, options, options->word[0], &w->table) != CK_OK ||
        (options->lookup && ck_lookup_open(error, options->lookup, &w->lookup) != CK_OK) || read_dimensions(error, options, w) != CK_OK ||
        check_needs(error, options, w) != CK_OK)
        return error->status;
    for (uint32_t d = 0; d < w->n && error->status == CK_OK; d++)
        read_values(error, w, &w->by[d]);
    if (error->status == CK_OK && count_persons(error, w, options->residents) == CK_OK)
        write_rows(error, w, options->out_file);
    return error->status;
}

ck_status ck_cmd_population(ck_cli *cli, ck_error *error) {
    work w = {0};
    if (cli->comm.rank == 0) {
        if (tabulate(error, &cli->options, &w) == CK_OK) {
            ck_audit_in(cli, cli->options.word[0]);
            ck_audit_rows(cli, "population", w.groups.count, cli->options.out_file);
        }
        for (uint32_t d = 0; d < w.n; d++)
            ck_free(w.by[d].value);
        ck_free(w.count);
        ck_intern_free(&w.groups);
        ck_intern_free(&w.values);
        ck_lookup_free(&w.lookup);
        ck_person_table_close(&w.table);
    }
    return ck_par_agree(&cli->comm, error);
}

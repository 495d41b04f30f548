/** carrick households DIR: households by size and by type; and the households of carrick export. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/export.h"
#include "cli/person_table.h"
#include "persons/households.h"
#include "persons/winner.h"
#include "release/coarsen.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIZES = 8 }; /* 1 .. 7, and 8 for more */

typedef struct tally {
    uint64_t households, persons;
} tally;

typedef struct tables {
    tally size[SIZES], type[CK_TYPES], kind[3], key[3];
    uint64_t homeless; /* persons without a known home */
    bool ages;         /* types are known */
} tables;

static void add(tally *t, uint64_t persons) {
    t->households++;
    t->persons += persons;
}

/* ---- counting ---- */

static void count_sizes(const ck_households *h, tables *t) {
    for (uint64_t i = 0; i < h->households; i++) {
        add(&t->kind[h->kind[i] < 3 ? h->kind[i] : 0], h->size[i]);
        add(&t->key[h->key[i] < 3 ? h->key[i] : 0], h->size[i]);
        if (h->kind[i] == CK_HOUSEHOLD_PRIVATE)
            add(&t->size[(h->size[i] < SIZES ? h->size[i] : SIZES) - 1], h->size[i]);
    }
    for (uint64_t p = 0; p < h->persons; p++)
        t->homeless += h->household[p] == 0;
}

static ck_status count_types(ck_error *error, const ck_person_table *table, tables *t) {
    const ck_households *h = &table->households;
    int64_t *birth = NULL;
    if (!table->as_of || ck_person_births(error, table, &birth) != CK_OK || !birth)
        return error->status;
    ck_household_ages *ages = ck_alloc_zero(error, h->households, sizeof *ages);
    for (uint64_t p = 0; ages && p < h->persons; p++)
        if (h->household[p])
            ck_household_ages_add(&ages[h->household[p] - 1], birth[p] == CK_NO_DATE ? -1 : ck_age_on(birth[p], table->day));
    for (uint64_t i = 0; ages && i < h->households; i++)
        add(&t->type[ck_household_type_of(&ages[i], (ck_household_kind)h->kind[i])], h->size[i]);
    t->ages = ages != NULL;
    ck_free(ages);
    ck_free(birth);
    return error->status;
}

/* ---- printing ---- */

static const char *const kinds[] = {"private", "large", "communal"}, *const keys[] = {"", "number", "address"};

static void print_line(const char *name, const tally *t) {
    printf("  %-26s %12" PRIu64 " %12" PRIu64 "\n", name, t->households, t->persons);
}

static void print_text(const ck_person_table *table, const tables *t) {
    const tally *homes = &t->kind[CK_HOUSEHOLD_PRIVATE];
    char name[32];
    printf("%-28s %12s %12s\n", "size", "households", "persons");
    for (int s = 0; s < SIZES; s++) {
        snprintf(name, sizeof name, "%d%s", s + 1, s + 1 == SIZES ? " and more" : "");
        print_line(name, &t->size[s]);
    }
    print_line("private households", homes);
    print_line("institutions, by size", &t->kind[CK_HOUSEHOLD_LARGE]);
    print_line("institutions, by address", &t->kind[CK_HOUSEHOLD_COMMUNAL]);
    printf("persons without a home       %25" PRIu64 "\n", t->homeless);
    printf("people per household         %25.2f\n", homes->households ? (double)homes->persons / (double)homes->households : 0);
    if (!t->ages)
        return;
    printf("\n%-28s %12s %12s   (ages on %s)\n", "type", "households", "persons", table->as_of);
    for (int k = 0; k < CK_TYPES; k++)
        print_line(ck_household_types[k], &t->type[k]);
}

static json_t *tally_json(const char *name, const tally *t) {
    return json_pack("{s:s, s:I, s:I}", "name", name, "households", (json_int_t)t->households, "persons", (json_int_t)t->persons);
}

static ck_status print_json(ck_error *error, const ck_person_table *table, const tables *t) {
    json_t *sizes = json_array(), *by_kind = json_array(), *by_key = json_array(), *types = json_array();
    char name[16];
    for (int s = 0; s < SIZES; s++) {
        snprintf(name, sizeof name, "%d%s", s + 1, s + 1 == SIZES ? "+" : "");
        json_array_append_new(sizes, tally_json(name, &t->size[s]));
    }
    for (int k = 0; k < 3; k++)
        json_array_append_new(by_kind, tally_json(kinds[k], &t->kind[k]));
    for (int k = 1; k < 3; k++)
        json_array_append_new(by_key, tally_json(keys[k], &t->key[k]));
    for (int k = 0; k < CK_TYPES && t->ages; k++)
        json_array_append_new(types, tally_json(ck_household_types[k], &t->type[k]));
    json_t *root = json_pack("{s:s?, s:o, s:o, s:o, s:o, s:I}", "as_of", t->ages ? table->as_of : NULL, "sizes", sizes, "kinds", by_kind, "keys", by_key, "types", types,
                             "persons_without_home", (json_int_t)t->homeless);
    if (!root || json_dumpf(root, stdout, JSON_INDENT(2)) != 0)
        ck_fail(error, CK_FILE, "Standard output cannot be written.");
    printf("\n");
    json_decref(root);
    return error->status;
}

static ck_status require_households(ck_error *error, const ck_person_table *table) {
    return table->households.household ? CK_OK : ck_fail(error, CK_USAGE, "The job has no 'households', so there are none; 'carrick persons DIR --set households={}' makes them.");
}

ck_status ck_cmd_households(ck_cli *cli, ck_error *error) {
    ck_person_table table = {0};
    tables t = {0};
    if (cli->comm.rank == 0) {
        if (ck_person_table_open(error, &cli->options, cli->options.word[0], &table) == CK_OK && require_households(error, &table) == CK_OK) {
            count_sizes(&table.households, &t);
            if (count_types(error, &table, &t) == CK_OK && cli->options.json)
                print_json(error, &table, &t);
            else if (error->status == CK_OK)
                print_text(&table, &t);
        }
        ck_person_table_close(&table);
    }
    return ck_par_agree(&cli->comm, error);
}

/* ---- export ---- */

static void write_person(ck_csv_out *csv, const ck_person_table *table, uint64_t p) {
    const ck_households *h = &table->households;
    const uint64_t *offset = table->people.id_offset;
    uint32_t household = h->household[p];
    ck_csv_out_text(csv, (ck_span){table->people.id_bytes + offset[p], (size_t)(offset[p + 1] - offset[p])});
    if (household) {
        ck_csv_out_integer(csv, household);
        ck_csv_out_integer(csv, h->size[household - 1]);
        ck_csv_out_string(csv, kinds[h->kind[household - 1] % 3]);
        ck_csv_out_string(csv, keys[h->key[household - 1] % 3]);
    } else
        for (int i = 0; i < 4; i++)
            ck_csv_out_string(csv, "");
    ck_csv_out_end_row(csv);
}

ck_status ck_export_households(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv) {
    static const char *const header[] = {"person", "household", "size", "kind", "key"};
    static const ck_options none = {0};
    ck_person_table table = {0};
    if (comm->rank == 0) {
        if (ck_person_table_open(error, &none, folder, &table) == CK_OK && require_households(error, &table) == CK_OK) {
            for (int i = 0; i < 5; i++)
                ck_csv_out_string(csv, header[i]);
            ck_csv_out_end_row(csv);
            for (uint64_t p = 0; p < table.households.persons; p++)
                write_person(csv, &table, p);
        }
        ck_person_table_close(&table);
    }
    return ck_par_agree(comm, error);
}

ck_status ck_export_persons(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv) {
    static const ck_options none = {0};
    ck_person_table table = {0};
    const ck_people *people = &table.people;
    if (comm->rank == 0 && ck_person_table_open(error, &none, folder, &table) == CK_OK) {
        ck_csv_out_string(csv, "person");
        for (uint32_t c = 0; c < people->ncolumns; c++)
            ck_csv_out_string(csv, people->column[c].name);
        ck_csv_out_end_row(csv);
        for (uint64_t p = 0; p < people->records; p++) {
            ck_csv_out_text(csv, (ck_span){people->id_bytes + people->id_offset[p], (size_t)(people->id_offset[p + 1] - people->id_offset[p])});
            for (uint32_t c = 0; c < people->ncolumns; c++)
                ck_csv_out_text(csv, ck_dict_value(&people->column[c].dict, people->column[c].code[p]));
            ck_csv_out_end_row(csv);
        }
    }
    if (comm->rank == 0)
        ck_person_table_close(&table);
    return ck_par_agree(comm, error);
}

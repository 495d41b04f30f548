/** carrick profile: what cleaning did to each column, from run.json and people.h5. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>

enum { VALUES_SHOWN = 5 };

static json_t *counted_fields(const ck_workspace *work) {
    return json_object_get(json_object_get(ck_run_record_stage(&work->record, "ingest"), "counts"), "fields");
}

static uint64_t count_of(const json_t *field, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(field, name));
}

static uint64_t present(const json_t *field) {
    return count_of(field, ck_clean_result_name(CK_CLEAN_SAME)) + count_of(field, ck_clean_result_name(CK_CLEAN_CHANGED));
}

static void print_row(const ck_workspace *work, const char *source, const char *column, const json_t *field) {
    const ck_people *people = &work->people;
    uint32_t c = ck_people_find_column(people, column);
    char text[CK_COUNT_TEXT];
    printf("%-16s %-16s %-10s %12s", source, column, c < people->ncolumns ? ck_kind_name(people->column[c].kind) : "",
           ck_count_text(count_of(field, "rows"), text));
    printf(" %12s", ck_count_text(present(field), text));
    for (int r = CK_CLEAN_CHANGED; r < CK_CLEAN_RESULTS; r++)
        printf(" %12s", ck_count_text(count_of(field, ck_clean_result_name((ck_clean_result)r)), text));
    printf("\n");
}

static void print_table(const ck_workspace *work) {
    const char *source, *column;
    json_t *columns, *field;
    printf("%-16s %-16s %-10s %12s %12s", "source", "column", "kind", "rows", "present");
    for (int r = CK_CLEAN_CHANGED; r < CK_CLEAN_RESULTS; r++)
        printf(" %12s", ck_clean_result_name((ck_clean_result)r));
    printf("\n");
    json_object_foreach(counted_fields(work), source, columns) {
        json_object_foreach(columns, column, field)
            print_row(work, source, column, field);
    }
}

/* ---- values ---- */

typedef struct value_count {
    uint64_t count;
    uint32_t code;
} value_count;

static int more_first(const void *a, const void *b) {
    const value_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->code > y->code) - (x->code < y->code);
}

static void print_values(const ck_column *column, const value_count *values) {
    char text[CK_COUNT_TEXT];
    printf("\n%s: %s distinct values", column->name, ck_count_text(column->dict.count, text));
    for (uint32_t i = 0; values && i < VALUES_SHOWN && i < column->dict.count; i++) {
        ck_span value = ck_dict_value(&column->dict, values[i].code);
        printf("\n%15s  %.*s", ck_count_text(values[i].count, text), (int)value.n, value.bytes);
    }
}

/** Values over all sources, the most frequent first. */
static ck_status count_values(const ck_workspace *work, ck_error *error, uint32_t c, value_count **values) {
    const ck_people *people = &work->people;
    size_t n = people->column[c].dict.count;
    uint64_t *count = NULL;
    if (ck_people_count_codes(&work->cli->comm, error, people, c, &count))
        return error->status;
    *values = ck_alloc_zero(error, n, sizeof **values);
    for (size_t i = 0; i < n && *values; i++) {
        (*values)[i].code = (uint32_t)i + 1;
        for (uint32_t s = 0; s < people->nsources; s++)
            (*values)[i].count += count[s * (n + 1) + i + 1];
    }
    if (*values)
        qsort(*values, n, sizeof **values, more_first);
    ck_free(count);
    return ck_par_agree(&work->cli->comm, error);
}

/** Distinct values of each column; the most frequent ones themselves only where the user allows it. */
static ck_status show_values(ck_workspace *work, ck_error *error) {
    bool shows = work->cli->options.show_values;
    for (uint32_t c = 0; c < work->people.ncolumns && !error->status; c++) {
        value_count *values = NULL;
        if (shows && count_values(work, error, c, &values))
            break;
        if (work->cli->comm.rank == 0)
            print_values(&work->people.column[c], values);
        ck_free(values);
    }
    if (work->cli->comm.rank == 0)
        printf("\n");
    return error->status;
}

static ck_status print_json(const ck_workspace *work, ck_error *error) {
    char *text = ck_json_text(error, counted_fields(work));
    if (text)
        fputs(text, stdout);
    free(text);
    return error->status;
}

static ck_status profile(ck_workspace *work, ck_error *error) {
    if (ck_workspace_people(work, error, work->cli->options.show_values))
        return error->status;
    bool root = work->cli->comm.rank == 0;
    if (root && work->cli->options.json)
        print_json(work, error);
    else if (root)
        print_table(work);
    if (ck_par_agree(&work->cli->comm, error) || work->cli->options.json)
        return error->status;
    return show_values(work, error);
}

ck_status ck_cmd_profile(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    const char *word = cli->options.word[0];
    uint8_t is_folder = ck_path_is_folder(word);
    ck_par_broadcast(&cli->comm, 0, &is_folder, sizeof is_folder);
    if (ck_workspace_open(cli, error, word, NULL, &work) == CK_OK) {
        ck_status status = is_folder ? ck_stage_require(&work, error, CK_STAGE_INGEST) : ck_stage_make(&work, error, CK_STAGE_INGEST, NULL);
        if (status == CK_OK)
            profile(&work, error);
    }
    ck_workspace_close(&work);
    return error->status;
}

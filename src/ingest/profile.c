#include "ingest/profile.h"
#include "base/fault.h"
#include "base/memory.h"
#include "ingest/output.h"
#include "store/people.h"
#include <carrick/clean.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- the most common codes of one source and column ---- */

typedef struct ck_common {
    uint64_t count;
    uint32_t code;
} ck_common;

static bool is_more(ck_common a, ck_common b) {
    return a.count != b.count ? a.count > b.count : a.code < b.code;
}

/* count[1..ncodes] to the `room` largest, falling; ties by code. @return how many there are */
static uint32_t find_common(const uint64_t *count, uint32_t ncodes, ck_common *common, uint32_t room) {
    uint32_t n = 0;
    for (uint32_t code = 1; code <= ncodes; code++) {
        ck_common now = {count[code], code};
        if (now.count == 0 || room == 0 || (n == room && !is_more(now, common[n - 1])))
            continue;
        uint32_t at = n < room ? n++ : n - 1;
        for (; at > 0 && is_more(now, common[at - 1]); at--)
            common[at] = common[at - 1];
        common[at] = now;
    }
    return n;
}

static json_t *list_common(const ck_dict *dict, const uint64_t *count, ck_common *common,
                           const ck_profile_options *options) {
    json_t *list = json_array();
    uint32_t n = find_common(count, dict->count, common, options->common);
    for (uint32_t i = 0; i < n; i++) {
        json_t *number = json_integer((json_int_t)common[i].count);
        ck_span value = ck_dict_value(dict, common[i].code);
        json_array_append_new(list, options->show_values ? json_pack("{s:o, s:s%}", "count", number, "value", value.bytes,
                                                                     value.n)
                                                         : number);
    }
    return list;
}

/* ---- one column ---- */

/* What ingest.json says of a source and column, or NULL. */
static const json_t *find_named(const json_t *list, const char *name) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *its = json_string_value(json_object_get(item, "name"));
        if (its && strcmp(its, name) == 0)
            return item;
    }
    return NULL;
}

static json_int_t number_of(const json_t *object, ck_clean_result result) {
    return json_integer_value(json_object_get(object, ck_clean_result_name(result)));
}

static json_t *profile_source(const ck_column *column, const char *source, const json_t *told, const uint64_t *count,
                              ck_common *common, const ck_profile_options *options) {
    json_t *dropped = json_object();
    json_int_t missing = 0, rows = json_integer_value(json_object_get(told, "rows")), distinct = 0;
    for (int r = CK_CLEAN_EMPTY; r < CK_CLEAN_RESULTS; r++) {
        missing += number_of(told, (ck_clean_result)r);
        json_object_set_new(dropped, ck_clean_result_name((ck_clean_result)r),
                            json_integer(number_of(told, (ck_clean_result)r)));
    }
    for (uint32_t code = 1; code <= column->dict.count; code++)
        distinct += count[code] != 0;
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o}", "name", source, "rows", rows, "missing", missing, "changed",
                     number_of(told, CK_CLEAN_CHANGED), "distinct", distinct, "dropped", dropped, "common",
                     list_common(&column->dict, count, common, options));
}

static json_t *profile_column(const ck_people *people, uint32_t c, const json_t *sources, const uint64_t *count,
                              ck_common *common, const ck_profile_options *options) {
    const ck_column *column = &people->column[c];
    json_t *list = json_array();
    for (uint32_t s = 0; s < people->nsources; s++) {
        const char *name = people->source[s].name;
        const json_t *told = find_named(json_object_get(find_named(sources, name), "columns"), column->name);
        json_array_append_new(list, profile_source(column, name, told, count + s * ((size_t)column->dict.count + 1),
                                                   common, options));
    }
    return json_pack("{s:s, s:s, s:I, s:o}", "name", column->name, "kind", ck_kind_name(column->kind), "distinct",
                     (json_int_t)column->dict.count, "sources", list);
}

/* ---- all ---- */

/* ingest.json, if it was written with this people.h5. Local. */
static json_t *read_counts(ck_error *error, const char *people_path, const ck_people *people) {
    char *path = ck_output_beside(error, people_path, "ingest.json");
    if (!path)
        return NULL;
    json_error_t why = {.text = "a reading error"};
    json_t *root = ck_fault(CK_FAULT_READ) ? NULL : json_load_file(path, 0, &why);
    if (!root)
        ck_fail(error, CK_FILE, "File %s cannot be read: %s; run ingest again.", path, why.text);
    else if (json_integer_value(json_object_get(root, "rows")) != (json_int_t)people->rows ||
             json_integer_value(json_object_get(root, "records")) != (json_int_t)people->records)
        ck_fail(error, CK_FILE, "File %s is not of the same ingest as %s; run ingest again.", path, people_path);
    ck_free(path);
    return root;
}

static ck_status profile_columns(const ck_comm *comm, ck_error *error, const ck_people *people, const json_t *told,
                                 const ck_profile_options *options, json_t *columns) {
    ck_common *common = ck_alloc(error, options->common, sizeof *common);
    ck_par_agree(comm, error);
    for (uint32_t c = 0; c < people->ncolumns && error->status == CK_OK; c++) {
        uint64_t *count = NULL;
        if (ck_people_count_codes(comm, error, people, c, &count) == CK_OK && columns)
            json_array_append_new(columns, profile_column(people, c, json_object_get(told, "sources"), count, common,
                                                          options));
        ck_free(count);
    }
    ck_free(common);
    return error->status;
}

ck_status ck_profile_make(const ck_comm *comm, ck_error *error, const char *people_path,
                          const ck_profile_options *options, char **json) {
    ck_people people = {0};
    json_t *told = NULL, *columns = NULL;
    *json = NULL;
    if (ck_people_open(comm, error, people_path, CK_PEOPLE_CODES, &people) != CK_OK)
        goto done;
    if (comm->rank == 0) {
        told = read_counts(error, people_path, &people);
        columns = json_array();
    }
    if (ck_par_agree(comm, error) != CK_OK || profile_columns(comm, error, &people, told, options, columns) != CK_OK)
        goto done;
    if (comm->rank == 0) {
        json_t *hazards = json_object_get(told, "hazards");
        json_t *root = json_pack("{s:I, s:I, s:O, s:O*}", "rows", (json_int_t)people.rows, "records",
                                 (json_int_t)people.records, "columns", columns, "hazards", json_array_size(hazards) ? hazards : NULL);
        *json = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
        json_decref(root);
        if (!*json)
            ck_fail(error, CK_MEMORY, "Out of memory for the profile.");
    }
    ck_par_agree(comm, error);
done:
    json_decref(columns);
    json_decref(told);
    ck_people_free(&people);
    return error->status;
}

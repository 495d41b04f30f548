/** Stage persons: index.h5 to persons.h5, disagreements.csv and households.h5, as `person` and `households` of the job say. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/person_attributes.h"
#include "cli/stages.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

ck_status ck_persons_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char people[CK_STAMP_TEXT], index[CK_STAMP_TEXT];
    if (!work->job.nattributes && !work->job.has_households)
        return ck_fail(error, CK_USAGE, "The job has neither 'person' nor 'households', so there is nothing to tell of persons; add them, or give them with --set.");
    if (ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_require(work, error, CK_STAGE_CLUSTER) ||
        ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, people) || ck_stage_kept_stamp(work, error, CK_STAGE_CLUSTER, index))
        return error->status;
    ck_stamp_add(stamp, people);
    ck_stamp_add(stamp, index);
    return CK_OK;
}

static ck_status decide_attribute(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_spec *attribute, ck_attribute_result *result) {
    uint32_t number, **code = ck_alloc_zero(error, attribute->ncolumns, sizeof *code), *value = ck_alloc_zero(error, rows->people.records, sizeof *value);
    for (uint32_t c = 0; code && c < attribute->ncolumns && error->status == CK_OK; c++)
        ck_person_rows_find(error, rows, attribute->column[c], &number, &code[c]);
    if (error->status == CK_OK && ck_number_values(error, attribute->ncolumns, code, rows->people.records, value) == CK_OK)
        ck_attribute_decide(error, job, rows, attribute, value, result);
    for (uint32_t c = 0; code && c < attribute->ncolumns; c++)
        ck_free(code[c]);
    ck_free(code);
    ck_free(value);
    return error->status;
}

/** Sums over the sources, for run.json. */
static json_t *attribute_json(const ck_person_rows *rows, const ck_attribute_spec *attribute, const ck_attribute_result *result) {
    uint64_t have = 0, all = 0, differ = 0;
    for (uint64_t p = 0; p < rows->index.persons; p++)
        have += result->winner[p] != CK_NO_WINNER;
    for (uint32_t s = 0; s < rows->people.nsources; s++) {
        all += result->by_source[s].rows;
        differ += result->by_source[s].differ;
    }
    return json_pack("{s:s, s:I, s:I, s:I}", "name", attribute->name, "persons", (json_int_t)have, "rows", (json_int_t)all, "rows_differ", (json_int_t)differ);
}

static ck_status make_attributes(ck_error *error, const ck_workspace *work, const ck_person_rows *rows, const char *stamp, json_t *list) {
    const ck_job *job = &work->job;
    char *csv = ck_path_join(error, work->folder, "disagreements.csv");
    ck_attribute_result *result = ck_alloc_zero(error, job->nattributes, sizeof *result);
    for (uint32_t a = 0; result && a < job->nattributes; a++)
        if (decide_attribute(error, job, rows, &job->attribute[a], &result[a]) == CK_OK && job->attribute[a].ncolumns)
            json_array_append_new(list, attribute_json(rows, &job->attribute[a], &result[a]));
    if (error->status == CK_OK && ck_disagreements_write(error, job, rows, result, csv) == CK_OK)
        ck_persons_write(error, job, rows, result, work->persons_path, stamp);
    for (uint32_t a = 0; result && a < job->nattributes; a++)
        ck_attribute_result_free(&result[a]);
    ck_free(result);
    ck_free(csv);
    return error->status;
}

static json_t *households_json(const ck_households *h) {
    uint64_t housed = 0, institutions = 0;
    for (uint64_t p = 0; p < h->persons; p++)
        housed += h->household[p] != 0;
    for (uint64_t i = 0; i < h->households; i++)
        institutions += h->kind[i] != CK_HOUSEHOLD_PRIVATE;
    return json_pack("{s:I, s:I, s:I}", "households", (json_int_t)h->households, "persons", (json_int_t)housed, "institutions", (json_int_t)institutions);
}

/** Households of an earlier job go when this one has none. */
static ck_status make_households(ck_error *error, const ck_workspace *work, const ck_person_rows *rows, const char *stamp, json_t *counts) {
    static const ck_comm alone = {0, 1, NULL};
    ck_households households = {0};
    char *path = ck_path_join(error, work->folder, "households.h5");
    if (path)
        unlink(path);
    if (path && work->job.has_households && ck_households_of_job(error, &work->job, rows, &households) == CK_OK) {
        households.stamp = ck_copy_string(error, stamp);
        if (households.stamp && ck_households_write(&alone, error, path, &households) == CK_OK)
            json_object_set_new(counts, "households", households_json(&households));
    }
    ck_households_free(&households);
    ck_free(path);
    return error->status;
}

static void describe(uint64_t persons, ck_stage_result *result) {
    char text[2][CK_COUNT_TEXT];
    const json_t *households = json_object_get(result->counts, "households");
    result->work = persons;
    result->unit = "persons";
    if (!households)
        snprintf(result->text, sizeof result->text, "%s persons with %u attributes", ck_count_text(persons, text[0]),
                 (unsigned)json_array_size(json_object_get(result->counts, "attributes")));
    else
        snprintf(result->text, sizeof result->text, "%s persons in %s households",
                 ck_count_text((uint64_t)json_integer_value(json_object_get(households, "persons")), text[0]),
                 ck_count_text((uint64_t)json_integer_value(json_object_get(households, "households")), text[1]));
}

/** households.h5 is there before persons.h5, whose stamp vouches for both. */
ck_status ck_persons_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    ck_person_rows rows = {0};
    if (work->cli->comm.rank == 0) {
        json_t *list = json_array();
        result->counts = json_pack("{s:o}", "attributes", list);
        if (!result->counts)
            ck_fail(error, CK_MEMORY, "Out of memory for run.json.");
        if (error->status == CK_OK && ck_person_rows_open(error, work->people_path, work->index_path, &rows) == CK_OK &&
            make_households(error, work, &rows, stamp, result->counts) == CK_OK && make_attributes(error, work, &rows, stamp, list) == CK_OK)
            describe(rows.index.persons, result);
        ck_person_rows_close(&rows);
    }
    return ck_par_agree(&work->cli->comm, error);
}

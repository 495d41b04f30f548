/* What a release is made of, opened: the result folder, and the lookup that its columns are made with. */
#include "base/memory.h"
#include "base/path.h"
#include "cli/release_inside.h"
#include "cli/run_record.h"
#include "store/households.h"

static const ck_comm alone = {0, 1, NULL};

static ck_status read_job(ck_error *error, const char *folder, ck_job *job) {
    char *path = ck_path_join(error, folder, "job.resolved.yaml"), *text = NULL;
    size_t n;
    if (path && ck_file_read(error, path, &text, &n) == CK_OK)
        ck_job_parse(error, text, path, NULL, 0, false, job);
    ck_free(text);
    ck_free(path);
    return error->status;
}

static ck_status take_ids(ck_error *error, ck_release_input *input) {
    input->person_id = ck_alloc_zero(error, input->index.persons, sizeof *input->person_id);
    for (uint64_t r = 0; input->person_id && r < input->index.records; r++)
        input->person_id[input->index.person[r]] = input->index.id[r];
    return error->status;
}

static ck_status open_folder(ck_error *error, const char *folder, ck_release_input *input) {
    char *index = ck_path_join(error, folder, "index.h5");
    input->people_path = ck_path_join(error, folder, "people.h5");
    if (error->status == CK_OK && read_job(error, folder, &input->job) == CK_OK && ck_people_open(&alone, error, input->people_path, 0, &input->people) == CK_OK &&
        ck_index_open(&alone, error, index, &input->index) == CK_OK && ck_index_ids(&alone, error, index, &input->index) == CK_OK) {
        if (input->index.records != input->people.records)
            ck_fail(error, CK_FILE, "'%s' is not of the people.h5 beside it; run the job again.", index);
        else
            take_ids(error, input);
    }
    ck_free(index);
    return error->status;
}

/* ---- persons and households ---- */

static ck_status copy_households(ck_error *error, const ck_households *households, ck_release_input *input) {
    if (households->persons != input->index.persons)
        return ck_fail(error, CK_FILE, "households.h5 is not of the index.h5 beside it; 'carrick persons' makes it again.");
    input->household = ck_alloc(error, households->persons, sizeof *input->household);
    for (uint64_t p = 0; input->household && p < households->persons; p++)
        input->household[p] = households->household[p];
    input->households = households->households;
    return error->status;
}

static ck_status open_households(ck_error *error, const char *folder, ck_release_input *input) {
    char *path = ck_path_join(error, folder, "households.h5");
    ck_households households = {0};
    if (path && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "'household_key' needs '%s', which is not there: put 'households' into the job, and run it again.", path);
    else if (path && ck_run_record_require(error, folder, "persons") == CK_OK && ck_households_open(&alone, error, path, &households) == CK_OK)
        copy_households(error, &households, input);
    ck_households_free(&households);
    ck_free(path);
    return error->status;
}

static ck_status open_persons(ck_error *error, const char *folder, ck_release_input *input) {
    char *path = ck_path_join(error, folder, "persons.h5");
    if (path && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "A table of persons needs '%s', which is not there: put 'person' into the job, and run it again.", path);
    else if (path && ck_run_record_require(error, folder, "persons") == CK_OK && ck_people_open(&alone, error, path, CK_PEOPLE_CODES, &input->persons) == CK_OK &&
             input->persons.records != input->index.persons)
        ck_fail(error, CK_FILE, "'%s' is not of the index.h5 beside it; 'carrick persons' makes it again.", path);
    ck_free(path);
    return error->status;
}

/* What the release asks for beyond rows of sources. */
static ck_status open_more(ck_error *error, const ck_release_spec *spec, ck_release_input *input) {
    bool persons = false, properties = false;
    for (uint32_t t = 0; t < spec->ntables; t++) {
        persons = persons || spec->table[t].persons;
        properties = properties || spec->table[t].households;
    }
    if ((persons || properties) && open_persons(error, spec->index, input) != CK_OK)
        return error->status;
    if (spec->household_key && open_households(error, spec->index, input) != CK_OK)
        return error->status;
    return properties ? ck_property_homes_make(error, &input->job, &input->persons, input->household, &input->homes) : CK_OK;
}

static ck_status open_lookup(ck_error *error, ck_release_spec *spec, ck_release_input *input) {
    if (spec->lookup && ck_lookup_open(error, spec->lookup, &input->lookup) != CK_OK)
        return error->status;
    for (uint32_t t = 0; t < spec->ntables; t++)
        for (uint32_t c = 0; c < spec->table[t].ncolumns; c++) {
            ck_coarse_options *coarse = &spec->table[t].column[c].coarse;
            coarse->lookup = &input->lookup;
            if (ck_coarse_reads_lookup(coarse->as) && !ck_lookup_tells(&input->lookup, coarse->as))
                return ck_fail(error, CK_DATA, "File %s has no column of which '%s' could be made, as column '%s' of table '%s' asks.", spec->lookup, ck_coarse_words[coarse->as],
                               spec->table[t].column[c].name, spec->table[t].name);
        }
    return CK_OK;
}

ck_status ck_release_input_open(ck_error *error, ck_release_spec *spec, ck_release_input *input) {
    return open_folder(error, spec->index, input) == CK_OK && open_more(error, spec, input) == CK_OK ? open_lookup(error, spec, input) : error->status;
}

void ck_release_input_close(ck_release_input *input) {
    ck_release_free(&input->release);
    ck_lookup_free(&input->lookup);
    ck_free(input->person_id);
    ck_free(input->household);
    ck_property_homes_free(&input->homes);
    ck_index_free(&input->index);
    ck_people_free(&input->persons);
    ck_people_free(&input->people);
    ck_free(input->people_path);
    ck_job_free(&input->job);
    *input = (ck_release_input){0};
}

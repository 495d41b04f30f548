/** carrick review sample: pairs.csv and review.html of a sample. */
#include "assess/review.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/order.h"
#include "cli/audit.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "cli/review.h"
#include "cli/stages.h"
#include <stdlib.h>
#include <string.h>

/** What is known of the 2 n sides of the sample; side 2 i + k is of pair i. */
typedef struct side_facts {
    const ck_people *people;
    ck_review_sample sample;
    uint64_t *record;    /**< [2 n] */
    uint64_t *row;       /**< [2 n] the record's first row */
    uint64_t *code;      /**< [2 n][ncolumns] */
    uint64_t *id_offset; /**< of all rows, on rank 0 */
    char *id_bytes;
} side_facts;

/* ---- what is known of the records ---- */

/** The first row of each wanted record, where rows were collapsed: the least that any rank sees. */
static ck_status find_rows(const ck_comm *comm, ck_error *error, side_facts *facts) {
    const ck_people *people = facts->people;
    size_t n = (size_t)(2 * facts->sample.n);
    uint64_t collapsed = people->row_record != NULL;
    ck_par_max(comm, &collapsed, 1);
    memcpy(facts->row, facts->record, n * sizeof *facts->row);
    if (!collapsed)
        return CK_OK;
    uint64_t *wanted = ck_alloc(error, n, sizeof *wanted), *before_end = ck_alloc_zero(error, n, sizeof *before_end);
    if (ck_par_agree(comm, error) == CK_OK) {
        memcpy(wanted, facts->record, n * sizeof *wanted);
        qsort(wanted, n, sizeof *wanted, ck_compare_u64);
        for (uint64_t i = 0; people->row_record && i < people->row_end - people->row_begin; i++) {
            uint64_t record = people->row_record[i], left = people->rows - (people->row_begin + i);
            const uint64_t *at = bsearch(&record, wanted, n, sizeof *wanted, ck_compare_u64);
            for (size_t k = at ? (size_t)(at - wanted) : n; k < n && wanted[k] == record; k++)
                before_end[k] = left > before_end[k] ? left : before_end[k];
            for (size_t k = at ? (size_t)(at - wanted) : 0; k > 0 && wanted[k - 1] == record; k--)
                before_end[k - 1] = left > before_end[k - 1] ? left : before_end[k - 1];
        }
        ck_par_max(comm, before_end, n);
        for (size_t i = 0; i < n; i++) {
            const uint64_t *at = bsearch(&facts->record[i], wanted, n, sizeof *wanted, ck_compare_u64);
            facts->row[i] = people->rows - before_end[at - wanted];
        }
    }
    ck_free(before_end);
    ck_free(wanted);
    return error->status;
}

/** Codes of the wanted records: each is known to one rank, so a sum tells all. */
static void find_codes(const ck_comm *comm, side_facts *facts) {
    const ck_people *people = facts->people;
    for (uint64_t i = 0; i < 2 * facts->sample.n; i++)
        for (uint32_t c = 0; c < people->ncolumns; c++)
            if (facts->record[i] >= people->begin && facts->record[i] < people->end)
                facts->code[i * people->ncolumns + c] = people->column[c].code[facts->record[i] - people->begin];
    ck_par_sum(comm, facts->code, (size_t)(2 * facts->sample.n * people->ncolumns));
}

static ck_status find_facts(ck_workspace *work, ck_error *error, side_facts *facts) {
    const ck_comm *comm = &work->cli->comm;
    const ck_people *people = facts->people = &work->people;
    size_t n = (size_t)(2 * facts->sample.n);
    facts->record = ck_alloc(error, n, sizeof *facts->record);
    facts->row = ck_alloc(error, n, sizeof *facts->row);
    facts->code = ck_alloc_zero(error, n * people->ncolumns, sizeof *facts->code);
    for (size_t i = 0; i < n && !error->status; i++) {
        facts->record[i] = i % 2 ? facts->sample.pair[i / 2].b : facts->sample.pair[i / 2].a;
        if (facts->record[i] >= people->records)
            ck_fail(error, CK_DATA, "links.h5 is not of '%s': it names records that are not there; 'carrick link' makes it again.",
                    work->people_path);
    }
    if (ck_par_agree(comm, error) || find_rows(comm, error, facts))
        return error->status;
    find_codes(comm, facts);
    return ck_people_read_ids(comm, error, work->people_path, 0, comm->rank == 0 ? people->rows : 0, &facts->id_offset, &facts->id_bytes);
}

static void forget_facts(side_facts *facts) {
    ck_free(facts->id_bytes);
    ck_free(facts->id_offset);
    ck_free(facts->code);
    ck_free(facts->row);
    ck_free(facts->record);
    ck_review_sample_free(&facts->sample);
}

/* ---- writing; rank 0 ---- */

static ck_span source_of(const side_facts *facts, uint64_t side) {
    return ck_span_of(facts->people->source[ck_people_source_of(facts->people, facts->record[side])].name);
}

static ck_span id_of(const side_facts *facts, uint64_t side) {
    uint64_t row = facts->row[side], begin = facts->id_offset[row];
    return (ck_span){facts->id_bytes + (begin - facts->id_offset[0]), (size_t)(facts->id_offset[row + 1] - begin)};
}

static ck_span value_of(const side_facts *facts, uint64_t side, uint32_t c) {
    uint32_t code = (uint32_t)facts->code[side * facts->people->ncolumns + c];
    return code ? ck_dict_value(&facts->people->column[c].dict, code) : (ck_span){"", 0};
}

static void write_pair(ck_csv_out *csv, const side_facts *facts, uint64_t i) {
    const ck_review_pair *pair = &facts->sample.pair[i];
    const ck_review_band *band = &facts->sample.band[pair->band];
    ck_csv_out_integer(csv, (int64_t)i + 1);
    for (uint64_t side = 2 * i; side < 2 * i + 2; side++) {
        ck_csv_out_text(csv, source_of(facts, side));
        ck_csv_out_text(csv, id_of(facts, side));
    }
    ck_csv_out_integer(csv, (int64_t)pair->band + 1);
    ck_csv_out_real(csv, (double)band->pairs / (double)band->drawn);
    ck_csv_out_end_row(csv);
}

/** Whole, but not under its name yet. */
static ck_status write_pairs(ck_error *error, const char *path, const side_facts *facts, ck_csv_out *csv) {
    static const char *const column[] = {"pair", "source_a", "id_a", "source_b", "id_b", "band", "sampling_weight"};
    if (ck_csv_out_open_private(error, path, csv) == CK_OK) {
        for (size_t k = 0; k < sizeof column / sizeof *column; k++)
            ck_csv_out_string(csv, column[k]);
        ck_csv_out_end_row(csv);
        for (uint64_t i = 0; i < facts->sample.n; i++)
            write_pair(csv, facts, i);
        ck_csv_out_settle(error, csv);
    }
    return error->status;
}

static void write_cards(FILE *stream, const side_facts *facts, const char **name, ck_span *value) {
    uint32_t n = facts->people->ncolumns;
    for (uint32_t c = 0; c < n; c++)
        name[c] = facts->people->column[c].name;
    ck_review_page_begin(stream, &facts->sample, name, n);
    for (uint64_t i = 0; i < facts->sample.n; i++) {
        ck_review_card card = {.value = {value, value + n}};
        for (uint64_t k = 0; k < 2; k++) {
            card.source[k] = source_of(facts, 2 * i + k);
            card.id[k] = id_of(facts, 2 * i + k);
            for (uint32_t c = 0; c < n; c++)
                value[k * n + c] = value_of(facts, 2 * i + k, c);
        }
        ck_review_page_card(stream, i == 0, &card, n);
    }
    ck_review_page_end(stream);
}

static ck_status write_page(ck_error *error, const char *path, const side_facts *facts) {
    ck_out_file file = {0};
    const char **name = ck_alloc(error, facts->people->ncolumns, sizeof *name);
    ck_span *value = ck_alloc(error, 2 * (size_t)facts->people->ncolumns, sizeof *value);
    if (!error->status && ck_out_open_private(error, path, &file) == CK_OK) {
        write_cards(file.stream, facts, name, value);
        ck_out_commit(error, &file);
    }
    ck_out_close(&file);
    ck_free(value);
    ck_free(name);
    return error->status;
}

/** Who the pairs are, so that labels can be written of them whatever becomes of people.h5. */
static json_t *ids_json(const side_facts *facts) {
    json_t *ids = json_array();
    for (uint64_t i = 0; i < facts->sample.n; i++) {
        json_t *pair = json_array();
        for (uint64_t side = 2 * i; side < 2 * i + 2; side++) {
            ck_span source = source_of(facts, side), id = id_of(facts, side);
            json_array_append_new(pair, json_stringn(source.bytes, source.n));
            json_array_append_new(pair, json_stringn(id.bytes, id.n));
        }
        json_array_append_new(ids, pair);
    }
    return ids;
}

static ck_status keep_sample(ck_error *error, const char *path, const side_facts *facts) {
    json_t *root = ck_review_sample_json(&facts->sample);
    json_object_set_new(root, "ids", ids_json(facts));
    char *text = ck_json_text(error, root);
    if (text)
        ck_file_write(error, path, text, strlen(text));
    free(text);
    json_decref(root);
    return error->status;
}

/** The folder's own record comes last: it speaks of files that are there. */
static ck_status write_files(ck_workspace *work, ck_error *error, const side_facts *facts) {
    const char *folder = work->cli->options.out_file;
    char *pairs = ck_path_join(error, folder, "pairs.csv"), *page = ck_path_join(error, folder, "review.html");
    char *kept = ck_path_join(error, work->folder, CK_REVIEW_SAMPLE_FILE);
    ck_csv_out csv = {0};
    if (!error->status && ck_folder_make(error, folder) == CK_OK && write_pairs(error, pairs, facts, &csv) == CK_OK &&
        write_page(error, page, facts) == CK_OK && ck_csv_out_commit(error, &csv) == CK_OK && keep_sample(error, kept, facts) == CK_OK)
        ck_log(CK_LOG_INFO, "%llu pairs are in %s, to be answered in %s.", (unsigned long long)facts->sample.n, pairs, page);
    if (!error->status) {
        ck_audit_rows(work->cli, "review", facts->sample.n, pairs);
        ck_audit_output(work->cli, page);
    }
    ck_csv_out_close(&csv);
    ck_free(kept);
    ck_free(page);
    ck_free(pairs);
    return error->status;
}

/* ---- the command ---- */

static ck_status draw(ck_workspace *work, ck_error *error, ck_review_sample *sample) {
    const ck_options *options = &work->cli->options;
    ck_links links = {0};
    if (ck_links_open(&work->cli->comm, error, work->links_path, &links) == CK_OK)
        ck_review_draw(&work->cli->comm, error, &links, ck_decision_weight(work), options->pairs ? options->pairs : 200,
                       options->seed ? options->seed : 1, sample);
    ck_links_free(&links);
    return error->status;
}

static ck_status check_options(const ck_options *options, ck_error *error) {
    if (!options->show_values)
        return ck_fail(error, CK_USAGE, "The page for reviewers shows values of people; --show-values says that they may be written.");
    if (!options->out_file)
        return ck_fail(error, CK_USAGE, "'carrick review sample' needs --out FOLDER for the pairs and the page.");
    return CK_OK;
}

ck_status ck_review_sample_run(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    side_facts facts = {0};
    if (check_options(&cli->options, error))
        return error->status;
    if (ck_workspace_open(cli, error, cli->options.word[1], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_workspace_people(&work, error, true) == CK_OK &&
        draw(&work, error, &facts.sample) == CK_OK && find_facts(&work, error, &facts) == CK_OK) {
        if (cli->comm.rank == 0)
            write_files(&work, error, &facts);
        ck_par_agree(&cli->comm, error);
    }
    forget_facts(&facts);
    ck_workspace_close(&work);
    return error->status;
}

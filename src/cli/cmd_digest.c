/** carrick digest: a hash of every dataset, to compare results without their paths, times or layout. */
#include "base/hash.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/files.h"
#include "store/h5.h"
#include "store/households.h"
#include "store/links.h"
#include "store/people.h"
#include <inttypes.h>
#include <stdio.h>

enum { ELEMENTS_AT_ONCE = 1 << 17 };

typedef struct dataset {
    const char *name;
    bool real; /**< doubles; all others are whole numbers */
} dataset;

/** Datasets of the kinds of file; a column's are added for each column of people.h5. */
static const dataset people_sets[] = {{"sources/name/offset", false}, {"sources/name/bytes", false}, {"sources/unique", false},
                                      {"sources/record_begin", false}, {"sources/record_end", false}, {"sources/row_begin", false},
                                      {"sources/row_end", false}, {"schema/name/offset", false}, {"schema/name/bytes", false},
                                      {"id/offset", false}, {"id/bytes", false}, {"row/record", false}, {NULL, false}};
static const dataset links_sets[] = {{"pairs/a", false}, {"pairs/b", false}, {"pairs/weight", true}, {"pairs/pattern", false},
                                     {"pairs/rule", false}, {"model", false}, {NULL, false}};
static const dataset index_sets[] = {{"person/record", false}, {"person/person", false}, {"person/id", false}, {NULL, false}};
static const dataset household_sets[] = {{"person/household", false}, {"household/size", false}, {"household/kind", false}, {"household/key", false}, {NULL, false}};
static const dataset column_sets[] = {{"code", false}, {"count", false}, {"value/offset", false}, {"value/bytes", false}, {NULL, false}};

static const struct {
    const char *kind;
    uint32_t version;
    const dataset *sets;
} kinds[] = {{"people", CK_PEOPLE_VERSION, people_sets}, {"links", CK_LINKS_VERSION, links_sets}, {"index", CK_INDEX_VERSION, index_sets},
             {"households", CK_HOUSEHOLDS_VERSION, household_sets}};
enum { KINDS = sizeof kinds / sizeof *kinds };

typedef struct digest {
    const ck_comm *comm;
    const char *path;
    ck_h5 *file;
    uint64_t *elements; /**< [ELEMENTS_AT_ONCE] */
    XXH3_state_t *state;
} digest;

/** Rank 0 reads and hashes, the others take part in the reading. */
static ck_status hash_dataset(const digest *d, ck_error *error, const char *name, bool real) {
    uint64_t n;
    bool root = d->comm->rank == 0;
    if (!ck_h5_has(d->file, name))
        return CK_OK;
    if (ck_h5_size(d->file, error, name, &n))
        return error->status;
    XXH3_64bits_reset(d->state);
    for (uint64_t at = 0; at < n; at += ELEMENTS_AT_ONCE) {
        uint64_t here = n - at < ELEMENTS_AT_ONCE ? n - at : ELEMENTS_AT_ONCE;
        if (ck_h5_read(d->file, error, name, real ? CK_H5_F64 : CK_H5_U64, root ? at : 0, root ? here : 0, d->elements))
            return error->status;
        XXH3_64bits_update(d->state, d->elements, (size_t)here * sizeof *d->elements);
    }
    if (root)
        printf("%s /%s %" PRIu64 " %016" PRIx64 "\n", d->path, name, n, (uint64_t)XXH3_64bits_digest(d->state));
    return CK_OK;
}

static ck_status hash_columns(const digest *d, ck_error *error) {
    ck_people people = {0};
    ck_people_open(d->comm, error, d->path, 0, &people);
    for (uint32_t c = 0; c < people.ncolumns && !error->status; c++)
        for (const dataset *set = column_sets; set->name && !error->status; set++) {
            char name[600];
            snprintf(name, sizeof name, "columns/%s/%s", people.column[c].name, set->name);
            hash_dataset(d, error, name, set->real);
        }
    ck_people_free(&people);
    return error->status;
}

/** Open as whatever kind of file it is. @return the kind's number, KINDS on failure */
static int open_file(digest *d, ck_error *error) {
    if (d->comm->rank == 0)
        ck_path_readable(error, d->path);
    if (ck_par_agree(d->comm, error))
        return KINDS;
    for (int k = 0; k < KINDS; k++) {
        ck_error other_kind = {0};
        if (ck_h5_open(d->comm, &other_kind, d->path, kinds[k].kind, kinds[k].version, &d->file) == CK_OK)
            return k;
        d->file = NULL;
    }
    ck_fail(error, CK_FILE, "'%s' is no people, links, index or households file of this version of Carrick, or it is damaged.", d->path);
    return KINDS;
}

static ck_status hash_file(digest *d, ck_error *error) {
    int k = open_file(d, error);
    if (k < KINDS) {
        for (const dataset *set = kinds[k].sets; set->name && !error->status; set++)
            hash_dataset(d, error, set->name, set->real);
        if (!error->status && kinds[k].sets == people_sets)
            hash_columns(d, error);
        ck_h5_close(d->file);
        d->file = NULL;
    }
    return error->status;
}

ck_status ck_cmd_digest(ck_cli *cli, ck_error *error) {
    digest d = {.comm = &cli->comm, .elements = ck_alloc(error, ELEMENTS_AT_ONCE, sizeof *d.elements), .state = XXH3_createState()};
    if (!d.state)
        ck_fail(error, CK_MEMORY, "Out of memory for a hash.");
    ck_par_agree(&cli->comm, error);
    for (uint32_t i = 0; i < cli->options.nwords && !error->status; i++) {
        d.path = cli->options.word[i];
        hash_file(&d, error);
    }
    XXH3_freeState(d.state);
    ck_free(d.elements);
    return error->status;
}

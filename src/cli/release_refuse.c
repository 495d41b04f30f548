/* What may not go out: columns that name somebody, by what the job says of them, by their names, and by what is in them. */
#include "base/memory.h"
#include "clean/role.h"
#include "cli/release_inside.h"
#include "init/header.h"
#include "release/identifying.h"
#include <string.h>

/* What the name of a column says of what it would give away. */
static bool is_identifying(const char *header) {
    ck_meaning meaning = ck_header_meaning(header);
    return (meaning >= CK_MEANS_FORENAME && meaning <= CK_MEANS_BIRTH_DATE) || meaning == CK_MEANS_POSTCODE || meaning == CK_MEANS_ADDRESS ||
           meaning == CK_MEANS_HOUSE_NUMBER || (meaning >= CK_MEANS_LATITUDE && meaning <= CK_MEANS_EASTING) ||
           (meaning >= CK_MEANS_PHONE && meaning <= CK_MEANS_IDENTIFIER) || meaning == CK_MEANS_ROW_ID || meaning == CK_MEANS_SOME_ID;
}

static bool is_kind_identifying(ck_kind kind) {
    return kind == CK_KIND_NAME || kind == CK_KIND_POSTCODE || kind == CK_KIND_NHS_NUMBER || kind == CK_KIND_UPRN || kind == CK_KIND_EMAIL ||
           kind == CK_KIND_ADDRESS || kind == CK_KIND_PHONE || kind == CK_KIND_IDENTIFIER || kind == CK_KIND_PSEUDONYM || kind == CK_KIND_CLK;
}

/* The linkage column of the source that is made of the header, or NULL. */
static const ck_field_spec *find_field(const ck_source_spec *source, const char *header) {
    for (uint32_t f = 0; f < source->nfields; f++)
        for (uint32_t i = 0; i < source->field[f].nfrom; i++)
            if (strcmp(source->field[f].from[i], header) == 0)
                return &source->field[f];
    return NULL;
}

/* What the job says of a column of the release: its linkage column and kind; false when it is none. */
static bool find_meaning(const ck_release_reading *r, const char *from, const char **name, ck_kind *kind) {
    const ck_field_spec *field = r->source ? find_field(r->source, from) : NULL;
    uint32_t column = r->persons ? ck_people_find_column(r->persons, from) : UINT32_MAX;
    if (field) {
        *name = r->input->job.ingest.column_name[field->column];
        *kind = field->clean.kind;
    } else if (column != UINT32_MAX) {
        *name = from;
        *kind = r->persons->column[column].kind;
    }
    return field || column != UINT32_MAX;
}

/* Why a column may not go out as the file wants it, by what the job and its name say; NULL: it may. Coarse forms may, but a birth date's month or a shifted one. */
static const char *refuse_by_name(const ck_release_reading *r, const ck_release_column *column) {
    const char *name;
    ck_kind kind;
    ck_coarse as = column->coarse.as;
    bool known = find_meaning(r, column->from, &name, &kind);
    bool birth = (known && ck_role_of(name, kind) == CK_ROLE_BIRTH_DATE) || ck_header_meaning(column->from) == CK_MEANS_BIRTH_DATE;
    if (birth && (as == CK_COARSE_KEEP || as == CK_COARSE_MONTH || as == CK_COARSE_SHIFT))
        return "is a date of birth; an age, an age_band or a year may go out";
    if (as != CK_COARSE_KEEP)
        return NULL;
    if (r->spec->households && strcmp(column->from, r->spec->property) == 0)
        return "is the number of the property";
    if (r->source && r->source->id && strcmp(column->from, r->source->id) == 0)
        return "is the id of the source's rows";
    if (known && is_kind_identifying(kind))
        return "is a linkage column that names people or places";
    return is_identifying(column->from) ? "has the name of an identifier" : NULL;
}

/* Does the column tell where a person lives, or how old the person is, while persons lose others that do? */
static const char *refuse_uncounted(const ck_release_reading *r, const ck_small_rule *rule, const ck_release_column *column) {
    const char *name;
    ck_kind kind;
    ck_coarse as = column->coarse.as;
    bool birth = as == CK_COARSE_AGE || as == CK_COARSE_AGE_BAND || (as == CK_COARSE_YEAR && find_meaning(r, column->from, &name, &kind) && ck_role_of(name, kind) == CK_ROLE_BIRTH_DATE);
    if (rule->nof == 0 || r->spec->households || (!birth && !ck_coarse_reads_postcode(as)))
        return NULL;
    for (uint32_t k = 0; k < rule->nof; k++)
        if (strcmp(rule->of[k], column->name) == 0)
            return NULL;
    return birth ? "is of a date of birth, and small groups are not counted by it" : "is of a postcode, and small groups are not counted by it";
}

/* By what is in it: each distinct value once for the look, with its rows for the shares. */
static ck_status look_at_column(ck_error *error, const ck_release_reading *r, uint32_t c, const char **why) {
    const ck_intern *values = &r->input->release.values;
    uint64_t *rows = ck_alloc_zero(error, values->count, sizeof *rows), distinct = 0;
    ck_identifying seen = {0};
    for (uint64_t row = 0; rows && row < r->table->rows; row++)
        rows[r->table->code[c][row]]++;
    for (uint32_t v = 1; rows && v < values->count; v++) {
        if (!rows[v])
            continue;
        distinct++;
        ck_identifying_add(&seen, ck_intern_get(values, v), rows[v]);
    }
    *why = rows ? ck_identifying_say(&seen, distinct) : NULL;
    ck_free(rows);
    return error->status;
}

static ck_status refuse(ck_error *error, const ck_release_reading *r, const ck_release_column *column, const char *why) {
    return ck_fail(error, CK_DATA, "Column '%s' of table '%s' %s; make it coarse, leave it out, or say why it may go out with 'allow'. Nothing was released.", column->name,
                   r->table->name, why);
}

ck_status ck_release_check_names(ck_error *error, const ck_release_reading *r, const ck_small_rule *small) {
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        const char *why = r->spec->column[c].allow ? NULL : refuse_by_name(r, &r->spec->column[c]);
        if (!why && !r->spec->column[c].allow)
            why = refuse_uncounted(r, small, &r->spec->column[c]);
        if (why)
            return refuse(error, r, &r->spec->column[c], why);
    }
    return CK_OK;
}

ck_status ck_release_check_values(ck_error *error, const ck_release_reading *r) {
    for (uint32_t c = 0; c < r->spec->ncolumns; c++) {
        const char *why = NULL;
        if (!r->spec->column[c].allow && r->spec->column[c].coarse.as != CK_COARSE_CODE && look_at_column(error, r, c, &why) != CK_OK)
            return error->status;
        if (why)
            return refuse(error, r, &r->spec->column[c], why);
    }
    return CK_OK;
}

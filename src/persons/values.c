#include "persons/values.h"
#include "base/memory.h"
#include "condition/intern.h"
#include <carrick/clean.h>
#include <string.h>

ck_status ck_number_values(ck_error *error, uint32_t ncolumns, uint32_t *const *code, uint64_t records, uint32_t *value) {
    ck_intern tuples = {0};
    uint32_t *tuple = ck_alloc(error, ncolumns, sizeof *tuple);
    if (ncolumns == 1)
        memcpy(value, code[0], records * sizeof *value);
    for (uint64_t r = 0; tuple && ncolumns > 1 && r < records; r++) {
        uint32_t any = 0, id = 0;
        for (uint32_t c = 0; c < ncolumns; c++)
            any |= tuple[c] = code[c][r];
        if (any && ck_intern_add(error, &tuples, (ck_span){(const char *)tuple, ncolumns * sizeof *tuple}, &id) != CK_OK)
            break;
        value[r] = any ? id + 1 : 0;
    }
    ck_free(tuple);
    ck_intern_free(&tuples);
    return error->status;
}

ck_status ck_read_days(ck_error *error, const ck_dict *dict, const uint32_t *code, uint64_t records, int64_t *day) {
    int64_t *of = ck_alloc(error, (size_t)dict->count + 1, sizeof *of);
    if (!of)
        return error->status;
    of[0] = CK_NO_DATE;
    for (uint32_t c = 1; c <= dict->count; c++) {
        ck_span value = ck_dict_value(dict, c);
        if (!ck_date_parse("%Y-%m-%d", value.bytes, value.n, &of[c]))
            of[c] = CK_NO_DATE;
    }
    for (uint64_t r = 0; r < records; r++)
        day[r] = of[code[r]];
    ck_free(of);
    return CK_OK;
}

void ck_leave_invalid(const int64_t *date, const int64_t *from, const int64_t *to, int64_t as_of, uint64_t records, uint32_t *value) {
    for (uint64_t r = 0; r < records; r++) {
        bool later = (date && date[r] != CK_NO_DATE && date[r] > as_of) || (from && from[r] != CK_NO_DATE && from[r] > as_of);
        bool over = to && to[r] != CK_NO_DATE && to[r] <= as_of;
        if (later || over)
            value[r] = 0;
    }
}

/* A record of person p says a value in a source. */
static void count_record(ck_disagreements *count, bool differs, uint64_t rows, uint64_t p) {
    count->rows += rows;
    count->differ += differs ? rows : 0;
    count->persons += count->seen != p + 1;
    count->seen = p + 1;
    if (differs) {
        count->persons_differ += count->other != p + 1;
        count->other = p + 1;
    }
}

void ck_count_disagreements(const ck_person_records *of, const uint32_t *value, const uint32_t *rows, const uint32_t *source, const uint32_t *winner,
                            ck_disagreements *count) {
    for (uint64_t p = 0; p < of->persons; p++)
        for (uint64_t i = of->offset[p]; winner[p] != CK_NO_WINNER && i < of->offset[p + 1]; i++) {
            uint32_t r = of->record[i];
            if (value[r])
                count_record(&count[source[r]], value[r] != value[winner[p]], rows ? rows[r] : 1, p);
        }
}

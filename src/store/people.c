#include "store/people.h"
#include "base/memory.h"
#include <string.h>

uint32_t ck_dict_find(const ck_dict *dict, ck_span value) {
    uint32_t low = 1, high = dict->count; /* the code, if any, is in [low, high] */
    while (low <= high) {
        uint32_t middle = low + (high - low) / 2;
        int order = ck_span_compare(ck_dict_value(dict, middle), value);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle - 1;
    }
    return 0;
}

void ck_dict_free(ck_dict *dict) {
    ck_free(dict->offset);
    ck_free(dict->bytes);
    *dict = (ck_dict){0};
}

void ck_people_free(ck_people *people) {
    for (uint32_t s = 0; people->source && s < people->nsources; s++)
        ck_free(people->source[s].name);
    for (uint32_t c = 0; people->column && c < people->ncolumns; c++) {
        ck_free(people->column[c].name);
        ck_free(people->column[c].code);
        ck_dict_free(&people->column[c].dict);
    }
    ck_free(people->source);
    ck_free(people->column);
    ck_free(people->row_record);
    ck_free(people->id_offset);
    ck_free(people->id_bytes);
    ck_free(people->stamp);
    *people = (ck_people){0};
}

uint32_t ck_people_source_of(const ck_people *people, uint64_t record) {
    uint32_t low = 0, high = people->nsources;
    while (high - low > 1) { /* the last source that begins at or before the record, empty ones passed over */
        uint32_t middle = low + (high - low) / 2;
        if (people->source[middle].record_begin <= record)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint32_t ck_people_find_column(const ck_people *people, const char *name) {
    for (uint32_t c = 0; c < people->ncolumns; c++)
        if (strcmp(people->column[c].name, name) == 0)
            return c;
    return UINT32_MAX;
}

ck_status ck_people_count_codes(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t column,
                                uint64_t **count) {
    *count = NULL;
    const ck_column *c = &people->column[column];
    size_t codes = (size_t)c->dict.count + 1, cells = codes * people->nsources;
    uint64_t *counts = ck_alloc_zero(error, cells, sizeof *counts);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(counts);
        return error->status;
    }
    for (uint32_t s = 0; s < people->nsources; s++) {
        const ck_source *source = &people->source[s];
        uint64_t begin = source->record_begin > people->begin ? source->record_begin : people->begin;
        uint64_t end = source->record_end < people->end ? source->record_end : people->end;
        for (uint64_t i = begin; i < end; i++)
            counts[s * codes + c->code[i - people->begin]]++;
    }
    ck_par_sum(comm, counts, cells);
    *count = counts;
    return CK_OK;
}

#include "reference/people.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void build_column(const char *const *value, uint32_t ncolumns, uint64_t n, ck_column *column) {
    const char **sorted = malloc((n + 1) * sizeof *sorted);
    size_t m = 0, bytes = 0;
    for (uint64_t i = 0; i < n; i++)
        if (value[i * ncolumns])
            sorted[m++] = value[i * ncolumns];
    qsort(sorted, m, sizeof *sorted, compare_texts);
    size_t distinct = 0;
    for (size_t k = 0; k < m; k++)
        if (!k || strcmp(sorted[k], sorted[distinct - 1]))
            sorted[distinct++] = sorted[k];
    for (size_t k = 0; k < distinct; k++)
        bytes += strlen(sorted[k]);
    ck_error error = {0};
    column->dict = (ck_dict){.count = (uint32_t)distinct, .offset = ck_alloc_zero(&error, distinct + 2, sizeof(uint64_t)),
                             .bytes = ck_alloc_zero(&error, bytes + 1, 1)};
    for (size_t k = 0; k < distinct; k++) {
        memcpy(column->dict.bytes + column->dict.offset[k + 1], sorted[k], strlen(sorted[k]));
        column->dict.offset[k + 2] = column->dict.offset[k + 1] + strlen(sorted[k]);
    }
    column->code = ck_alloc_zero(&error, n, sizeof *column->code);
    for (uint64_t i = 0; i < n; i++)
        if (value[i * ncolumns])
            column->code[i] = ck_dict_find(&column->dict, ck_span_of(value[i * ncolumns]));
    free(sorted);
}

void reference_people_build(const char *const *value, uint32_t ncolumns, const char *const *name, const ck_kind *kind,
                            uint32_t nsources, const uint64_t *sizes, ck_people *people) {
    ck_error error = {0};
    *people = (ck_people){.nsources = nsources, .ncolumns = ncolumns};
    people->source = ck_alloc_zero(&error, nsources, sizeof *people->source);
    people->column = ck_alloc_zero(&error, ncolumns, sizeof *people->column);
    for (uint32_t s = 0; s < nsources; s++) {
        char text[16];
        snprintf(text, sizeof text, "s%u", s);
        ck_source *source = &people->source[s];
        source->name = ck_copy_string(&error, text);
        source->record_begin = source->row_begin = people->records;
        people->records += sizes[s];
        source->record_end = source->row_end = people->records;
    }
    people->end = people->rows = people->row_end = people->records;
    for (uint32_t c = 0; c < ncolumns; c++) {
        people->column[c].name = ck_copy_string(&error, name[c]);
        people->column[c].kind = kind[c];
        build_column(value + c, ncolumns, people->records, &people->column[c]);
    }
}

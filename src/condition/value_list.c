#include "condition/value_list.h"
#include "base/memory.h"
#include <string.h>

ck_span ck_value_list_get(const ck_value_list *list, size_t i) {
    size_t begin = i ? list->end[i - 1] : 0;
    return (ck_span){list->bytes + begin, list->end[i] - begin};
}

char *ck_value_list_push(ck_error *error, ck_value_list *list, size_t n) {
    size_t begin = list->n ? list->end[list->n - 1] : 0;
    if (ck_grow(error, &list->end, &list->end_room, list->n + 1, sizeof *list->end) != CK_OK ||
        ck_grow(error, &list->bytes, &list->bytes_room, begin + n + 1, 1) != CK_OK)
        return NULL;
    list->end[list->n++] = begin + n;
    return list->bytes + begin;
}

void ck_value_list_cut(ck_value_list *list, size_t n) {
    list->end[list->n - 1] -= n;
}

ck_status ck_value_list_add(ck_error *error, ck_value_list *list, ck_span value) {
    char *copy = ck_value_list_push(error, list, value.n);
    if (!copy)
        return error->status;
    if (value.n)
        memcpy(copy, value.bytes, value.n);
    return CK_OK;
}

ck_status ck_value_list_add_two(ck_error *error, ck_value_list *list, ck_span a, char between, ck_span b) {
    char *copy = ck_value_list_push(error, list, a.n + 1 + b.n);
    if (!copy)
        return error->status;
    memcpy(copy, a.bytes, a.n);
    copy[a.n] = between;
    memcpy(copy + a.n + 1, b.bytes, b.n);
    return CK_OK;
}

void ck_value_list_drop_empty(ck_value_list *list) {
    size_t kept = 0, begin = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (list->end[i] > begin)
            list->end[kept++] = list->end[i];
        begin = list->end[i];
    }
    list->n = kept;
}

void ck_value_list_free(ck_value_list *list) {
    ck_free(list->end);
    ck_free(list->bytes);
    *list = (ck_value_list){0};
}

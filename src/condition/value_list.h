/** Some values of one record, one after another in a buffer that grows and is kept for the next use. Local. */
#ifndef CK_CONDITION_VALUE_LIST_H
#define CK_CONDITION_VALUE_LIST_H
#include "base/text.h"
#include <carrick/status.h>

/** Value i is bytes[end[i - 1] .. end[i]). */
typedef struct ck_value_list {
    size_t n, bytes_room, end_room;
    char *bytes;
    size_t *end;
} ck_value_list;

ck_span ck_value_list_get(const ck_value_list *list, size_t i);
/** A new value of n bytes at the end of the list, to be filled by the caller; NULL when memory fails. */
char *ck_value_list_push(ck_error *error, ck_value_list *list, size_t n);
/** The last value has n bytes fewer than was thought. */
void ck_value_list_cut(ck_value_list *list, size_t n);
ck_status ck_value_list_add(ck_error *error, ck_value_list *list, ck_span value);
/** Two values with one byte between them. */
ck_status ck_value_list_add_two(ck_error *error, ck_value_list *list, ck_span a, char between, ck_span b);
void ck_value_list_drop_empty(ck_value_list *list);
void ck_value_list_free(ck_value_list *list);

#endif

#include "ingest/optouts.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/path.h"
#include "ingest/raw.h"
#include <stdlib.h>
#include <string.h>

/* ---- the set ---- */

uint64_t ck_optouts_row_key(const char *source, ck_span id) {
    return ck_hash_bytes(id.bytes, id.n, ck_hash_bytes(source, strlen(source) + 1, 0));
}

static bool has(const uint64_t *sorted, size_t n, uint64_t value) {
    return n && bsearch(&value, sorted, n, sizeof *sorted, ck_compare_u64);
}

bool ck_optouts_has_number(const ck_optouts *set, uint64_t number) {
    return number && has(set->number, set->nnumbers, number);
}

bool ck_optouts_has_row(const ck_optouts *set, const char *source, ck_span id) {
    return set->nrows && has(set->row, set->nrows, ck_optouts_row_key(source, id));
}

static ck_status add(ck_error *error, uint64_t **list, size_t *n, size_t *room, uint64_t value) {
    if (ck_grow(error, list, room, *n + 1, sizeof **list) == CK_OK)
        (*list)[(*n)++] = value;
    return error->status;
}

ck_status ck_optouts_add_number(ck_error *error, ck_optouts *set, uint64_t number) {
    return add(error, &set->number, &set->nnumbers, &set->number_room, number);
}

ck_status ck_optouts_add_row(ck_error *error, ck_optouts *set, uint64_t key) {
    return add(error, &set->row, &set->nrows, &set->row_room, key);
}

static void sort(uint64_t *list, size_t *n) {
    size_t kept = 0;
    if (*n)
        qsort(list, *n, sizeof *list, ck_compare_u64);
    for (size_t i = 0; i < *n; i++)
        if (i == 0 || list[i] != list[kept - 1])
            list[kept++] = list[i];
    *n = kept;
}

void ck_optouts_sort(ck_optouts *set) {
    sort(set->number, &set->nnumbers);
    sort(set->row, &set->nrows);
    sort(set->asked, &set->nasked);
}

static void wipe(uint64_t *list, size_t room) {
    if (list)
        explicit_bzero(list, room * sizeof *list);
    ck_free(list);
}

void ck_optouts_free(ck_optouts *set) {
    wipe(set->number, set->number_room);
    wipe(set->row, set->row_room);
    wipe(set->asked, set->asked_room);
    *set = (ck_optouts){0};
}

uint64_t ck_optouts_number(ck_span digits) {
    uint64_t number = 0;
    for (size_t i = 0; i < digits.n; i++)
        number = 10 * number + (uint64_t)(digits.bytes[i] - '0');
    return digits.n == 10 ? number : 0;
}

/* ---- files of numbers ---- */

/* The number of a line without what may stand around it. */
static ck_status read_line(ck_error *error, const char *path, size_t line, ck_span text, ck_optouts *set) {
    static const ck_clean_options options = {.kind = CK_KIND_NHS_NUMBER};
    char digits[64];
    size_t n = 0;
    if (text.n && text.bytes[text.n - 1] == '\r')
        text.n--;
    text = ck_trim_blanks(text);
    if (text.n && text.bytes[text.n - 1] == ',')
        text.n--;
    text = ck_trim_blanks(text);
    if (text.n == 0)
        return CK_OK;
    if (text.n <= 16)
        ck_clean_value(&options, text.bytes, text.n, digits, &n);
    uint64_t number = ck_optouts_number((ck_span){digits, n});
    explicit_bzero(digits, sizeof digits);
    if (number == 0)
        return ck_fail(error, CK_DATA, "File %s, line %zu is no valid NHS number; one a line is expected. Nothing was done.", path, line);
    return ck_optouts_add_number(error, set, number);
}

ck_status ck_optouts_read_file(ck_error *error, const char *path, ck_optouts *set) {
    char *text = NULL;
    size_t n = 0, line = 0;
    if (ck_file_read(error, path, &text, &n) == CK_OK) {
        size_t at = n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        for (size_t end; at < n && error->status == CK_OK; at = end + 1) {
            const char *stop = memchr(text + at, '\n', n - at);
            end = stop ? (size_t)(stop - text) : n;
            read_line(error, path, ++line, (ck_span){text + at, end - at}, set);
        }
        explicit_bzero(text, n);
    }
    ck_free(text);
    ck_optouts_sort(set);
    return error->status;
}

/* Sent minus returned. */
static ck_status read_exchange(ck_error *error, const ck_optout_spec *spec, ck_optouts *set) {
    ck_optouts sent = {0}, returned = {0};
    if (ck_optouts_read_file(error, spec->sent, &sent) != CK_OK || ck_optouts_read_file(error, spec->returned, &returned) != CK_OK)
        goto done;
    size_t strangers = 0;
    for (size_t i = 0; i < returned.nnumbers; i++)
        strangers += !ck_optouts_has_number(&sent, returned.number[i]);
    if (sent.nnumbers == 0)
        ck_fail(error, CK_DATA, "File %s holds no number, so nothing was asked. Nothing was done.", spec->sent);
    else if (strangers)
        ck_fail(error, CK_DATA, "File %s holds %zu numbers that were not sent in %s: it is the answer to another request. Nothing was done.", spec->returned,
                strangers, spec->sent);
    else if (returned.nnumbers == 0)
        ck_log(CK_LOG_WARN, "File %s is empty: everybody who was sent counts as opted out.", spec->returned);
    for (size_t i = 0; i < sent.nnumbers && error->status == CK_OK; i++)
        if (!ck_optouts_has_number(&returned, sent.number[i]))
            ck_optouts_add_number(error, set, sent.number[i]);
    for (size_t i = 0; i < sent.nnumbers && error->status == CK_OK; i++)
        add(error, &set->asked, &set->nasked, &set->asked_room, sent.number[i]);
done:
    ck_optouts_free(&sent);
    ck_optouts_free(&returned);
    return error->status;
}

ck_status ck_optouts_read_list(ck_error *error, const ck_optout_spec *spec, ck_optouts *set) {
    if (spec->list)
        ck_optouts_read_file(error, spec->list, set);
    if (spec->sent && error->status == CK_OK)
        read_exchange(error, spec, set);
    ck_optouts_sort(set);
    return error->status;
}

#include "ingest/raw.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a column made of several becomes when one of them is empty. */
typedef enum gap {
    GAP_CLOSED,  /* the others stand side by side */
    GAP_MISSING, /* it is missing */
    GAP_MARKED   /* a ? stands there: a part of a date of birth that is unknown */
} gap;

static gap gap_of(ck_kind kind) {
    return kind == CK_KIND_DATE ? GAP_MISSING : kind == CK_KIND_BIRTH_DATE ? GAP_MARKED : GAP_CLOSED;
}

/* Fields with `between` them, perhaps a zero before a lone digit. @return bytes */
static size_t join_fields(const ck_span *field, const uint32_t *from, uint32_t nfrom, gap empty, char between, bool digits, char *out) {
    size_t n = 0;
    for (uint32_t i = 0; i < nfrom; i++) {
        ck_span part = digits ? ck_trim_blanks(field[from[i]]) : field[from[i]];
        if (part.n == 0 && empty == GAP_MISSING)
            return 0;
        if (part.n == 0 && empty == GAP_CLOSED)
            continue;
        if (part.n == 0)
            part = ck_span_of("?");
        if (n)
            out[n++] = between;
        if (digits && part.n == 1 && *part.bytes != '?')
            out[n++] = '0';
        memcpy(out + n, part.bytes, part.n);
        n += part.n;
    }
    return n;
}

/* Year, month and day are joined to an ISO date unless the job's formats say otherwise. */
static bool is_default_format(const ck_clean_options *clean) {
    return clean->nformat == 0 || (clean->nformat == 1 && strcmp(clean->format[0], "%Y-%m-%d") == 0);
}

size_t ck_field_join_room(const ck_span *field, const ck_field_spec *spec, const uint32_t *from) {
    size_t n = 0;
    for (uint32_t i = 0; spec->nfrom > 1 && i < spec->nfrom; i++)
        n += field[from[i]].n + 2;
    return n;
}

/* Before or after byte `at`, which is in neither. */
static ck_span cut(ck_span text, size_t at, bool before) {
    return ck_trim_blanks(before ? (ck_span){text.bytes, at} : (ck_span){text.bytes + at + 1, text.n - at - 1});
}

static size_t find_byte(ck_span text, char byte, bool last) {
    size_t found = text.n;
    for (size_t i = 0; i < text.n && (last || found == text.n); i++)
        found = text.bytes[i] == byte ? i : found;
    return found;
}

static ck_span take_part(ck_span text, ck_field_part part) {
    if (part == CK_PART_WHOLE)
        return text;
    text = ck_trim_blanks(text);
    bool comma = part == CK_PART_BEFORE_COMMA || part == CK_PART_AFTER_COMMA, last = part == CK_PART_LAST_WORD || part == CK_PART_BEFORE_LAST;
    bool before = part == CK_PART_BEFORE_COMMA || part == CK_PART_FIRST_WORD || part == CK_PART_BEFORE_LAST;
    size_t at = find_byte(text, comma ? ',' : ' ', last);
    if (at < text.n)
        return cut(text, at, before);
    return before ? text : (ck_span){text.bytes, 0};
}

ck_span ck_field_raw(const ck_span *field, const ck_field_spec *spec, const uint32_t *from, char *out) {
    if (spec->nfrom == 1)
        return take_part(field[from[0]], spec->part);
    ck_kind kind = spec->clean.kind;
    bool iso = ck_kind_is_date(kind) && spec->nfrom == 3 && is_default_format(&spec->clean);
    return (ck_span){out, join_fields(field, from, spec->nfrom, gap_of(kind), iso ? '-' : ' ', iso, out)};
}

ck_span ck_row_id(uint32_t nfiles, uint32_t file, uint64_t row, char text[CK_ROW_ID_TEXT]) {
    int n = nfiles > 1 ? snprintf(text, CK_ROW_ID_TEXT, "%" PRIu32 ":%" PRIu64, file + 1, row) : snprintf(text, CK_ROW_ID_TEXT, "%" PRIu64, row);
    return (ck_span){text, (size_t)n};
}

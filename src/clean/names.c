/* Names, addresses, identifiers: compatibility decomposition, marks dropped, upper case, apostrophes dropped, any other
   run of what the kind does not keep one space (of an identifier: nothing), trimmed. "O’Brien-Müller" and
   "OBRIEN MULLER" become the same bytes. */
#include "clean/kinds.h"
#include <utf8proc.h>

/* A name being written: letters so far, and whether a space is owed before the next one. */
typedef struct {
    char *out;
    size_t n;
    bool space_owed;
    bool digits, spaces; /* does the kind keep them? */
} name_writer;

static void put_letter(name_writer *writer, int32_t upper) {
    if (writer->space_owed && writer->spaces && writer->n > 0)
        writer->out[writer->n++] = ' ';
    writer->space_owed = false;
    if (upper < 0x80)
        writer->out[writer->n++] = (char)upper;
    else
        writer->n += ck_utf8_encode(upper, writer->out + writer->n);
}

/* The apostrophe, what keyboards and word processors put in its place, and the okina. */
static bool is_apostrophe(int32_t point) {
    switch (point) {
    case '\'': case '`': case 0xB4: case 0x2B9: case 0x2BB: case 0x2BC: case 0x2BD: case 0x2C8: case 0x2018:
    case 0x2019: case 0x201B: case 0x2032: case 0x2035: case 0xA78B: case 0xA78C: case 0xFF07: case 0xFF40:
        return true;
    default:
        return false;
    }
}

static bool is_letter(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool is_mark(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

/* One code point of a decomposition. */
static void put_part(name_writer *writer, int32_t point) {
    if (is_apostrophe(point))
        return;
    utf8proc_category_t category = utf8proc_category(point);
    if (point == 0xDF || point == 0x1E9E) { /* sharp s: the one letter left whose capital is two */
        put_letter(writer, 'S');
        put_letter(writer, 'S');
    } else if (is_letter(category) || (category == UTF8PROC_CATEGORY_ND && writer->digits)) {
        put_letter(writer, utf8proc_toupper(point));
    } else if (!is_mark(category)) {
        writer->space_owed = true;
    }
}

static void put_point(name_writer *writer, int32_t point) {
    enum { PARTS_MAX = 32 }; /* U+FDFA has 18, the most */
    utf8proc_int32_t part[PARTS_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(point, part, PARTS_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    if (n < 1 || n > PARTS_MAX)
        writer->space_owed = true;
    else
        for (utf8proc_ssize_t i = 0; i < n; i++)
            put_part(writer, part[i]);
}

static ck_clean_result write_name(name_writer writer, ck_span value, size_t *out_n) {
    size_t width = 1;
    for (size_t i = 0; i < value.n; i += width) {
        char upper = ck_to_upper(value.bytes[i]);
        if (ck_is_upper(upper) || (ck_is_digit(upper) && writer.digits)) { /* nearly every byte of nearly every name */
            put_letter(&writer, upper);
            width = 1;
            continue;
        }
        int32_t point = ck_utf8_decode(value.bytes + i, value.n - i, &width);
        if (is_apostrophe(point)) /* before decomposition, which makes a space and a mark of U+00B4 */
            continue;
        if (point < 0x80)
            writer.space_owed = true;
        else
            put_point(&writer, point);
    }
    *out_n = writer.n;
    return CK_CLEAN_SAME;
}

ck_clean_result ck_clean_name(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    ck_clean_result result = write_name((name_writer){.out = out, .spaces = true}, value, out_n);
    return ck_name_is_unnamed(value, (ck_span){out, *out_n}) ? CK_CLEAN_PLACEHOLDER : result;
}

ck_clean_result ck_clean_address(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    return write_name((name_writer){.out = out, .spaces = true, .digits = true}, value, out_n);
}

ck_clean_result ck_clean_identifier(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    return write_name((name_writer){.out = out, .digits = true}, value, out_n);
}

/** Text of a file in the making: lines of a block of cells, put in an order that says nothing of where they come from. Local. */
#ifndef CK_SYNTH_LINES_H
#define CK_SYNTH_LINES_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdint.h>

enum { CK_LINE_MAX = 2048 };

typedef struct ck_line {
    uint64_t key;
    size_t begin, n;
} ck_line;
typedef struct ck_lines {
    ck_error error;
    char *bytes, *ordered;
    size_t n, room, ordered_room;
    ck_line *line;
    size_t lines, lines_room;
    uint32_t fields; /* of the line so far */
} ck_lines;

/** Forget the lines, keep the memory. */
void ck_lines_clear(ck_lines *lines);
void ck_lines_free(ck_lines *lines);
/** Begin a line of at most CK_LINE_MAX bytes. False when memory is out: `error` is set, and later calls do nothing. */
bool ck_lines_begin(ck_lines *lines, uint64_t key);
/** A field, with the comma that it needs before it; quoted where it has a comma. */
void ck_lines_field(ck_lines *lines, const char *text);
void ck_lines_format(ck_lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ck_lines_end(ck_lines *lines);
/** The lines in the order of their keys. */
ck_span ck_lines_ordered(ck_lines *lines);

#endif

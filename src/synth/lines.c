#include "synth/lines.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ck_lines_clear(ck_lines *lines) {
    lines->n = lines->lines = 0;
    lines->error = (ck_error){0};
}

void ck_lines_free(ck_lines *lines) {
    ck_free(lines->line);
    ck_free(lines->ordered);
    ck_free(lines->bytes);
    *lines = (ck_lines){0};
}

bool ck_lines_begin(ck_lines *lines, uint64_t key) {
    if (lines->error.status || ck_grow(&lines->error, &lines->bytes, &lines->room, lines->n + CK_LINE_MAX, 1) != CK_OK ||
        ck_grow(&lines->error, &lines->line, &lines->lines_room, lines->lines + 1, sizeof *lines->line) != CK_OK)
        return false;
    lines->fields = 0;
    lines->line[lines->lines++] = (ck_line){key, lines->n, 0};
    return true;
}

static size_t left(const ck_lines *lines) {
    return lines->line[lines->lines - 1].begin + CK_LINE_MAX - 2 - lines->n;
}

static void add(ck_lines *lines, const char *text, size_t n) {
    if (n > left(lines))
        n = left(lines);
    memcpy(lines->bytes + lines->n, text, n);
    lines->n += n;
}

static void separate(ck_lines *lines) {
    if (lines->fields++ > 0)
        add(lines, ",", 1);
}

void ck_lines_field(ck_lines *lines, const char *text) {
    bool quoted = strchr(text, ',') != NULL;
    separate(lines);
    if (quoted)
        add(lines, "\"", 1);
    add(lines, text, strlen(text));
    if (quoted)
        add(lines, "\"", 1);
}

void ck_lines_format(ck_lines *lines, const char *format, ...) {
    char text[256];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    separate(lines);
    add(lines, text, strlen(text));
}

void ck_lines_end(ck_lines *lines) {
    ck_line *line = &lines->line[lines->lines - 1];
    lines->bytes[lines->n++] = '\n';
    line->n = lines->n - line->begin;
}

static int compare_lines(const void *a, const void *b) {
    const ck_line *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

ck_span ck_lines_ordered(ck_lines *lines) {
    size_t at = 0;
    if (lines->error.status || !lines->n || ck_grow(&lines->error, &lines->ordered, &lines->ordered_room, lines->n, 1) != CK_OK)
        return (ck_span){"", 0};
    qsort(lines->line, lines->lines, sizeof *lines->line, compare_lines);
    for (size_t i = 0; i < lines->lines; i++) {
        memcpy(lines->ordered + at, lines->bytes + lines->line[i].begin, lines->line[i].n);
        at += lines->line[i].n;
    }
    return (ck_span){lines->ordered, at};
}

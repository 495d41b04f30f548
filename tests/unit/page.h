/* Pages of docs/, which tests hold against the tables that they are printed from. */
#ifndef CK_TEST_PAGE_H
#define CK_TEST_PAGE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The page of that name; the caller frees. */
static inline char *read_page(const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%.*s/../../docs/%s", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t n = (size_t)ftell(file);
    char *page = calloc(1, n + 1);
    rewind(file);
    assert_int_equal(fread(page, 1, n, file), n);
    fclose(file);
    return page;
}

/* The first example of a page; what follows it is cut off. */
static inline char *cut_example(char *page) {
    char *begin = strstr(page, "```yaml\n") + 8;
    *strstr(begin, "```") = 0;
    return begin;
}

/* A reference without the presets at its end, which only the page of jobs has. */
static inline void cut_presets(char *reference) {
    char *presets = strstr(reference, "### Presets");
    while (presets && presets > reference && (*presets = 0, presets[-1] == '\n'))
        presets--;
}

#endif

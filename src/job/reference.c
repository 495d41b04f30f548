/* The tables as Markdown: docs/job.md. */
#include "base/memory.h"
#include "job/preset.h"
#include "job/shape.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TABLES_MAX = 64 };

/** A growing text. */
typedef struct page {
    ck_error *error;
    char *text;
    size_t n, room;
    const ck_table *table[TABLES_MAX]; /**< printed already */
    size_t ntables;
} page;

static void print(page *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print(page *to, const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t used = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    if (ck_grow(to->error, &to->text, &to->room, to->n + used + 1, 1) != CK_OK)
        return;
    memcpy(to->text + to->n, line, used);
    to->n += used;
    to->text[to->n] = 0;
}

static void print_type(page *to, const ck_key *key) {
    static const char *const word[] = {
        [CK_KEY_TEXT] = "text",       [CK_KEY_NAME] = "name",        [CK_KEY_PATH] = "file",
        [CK_KEY_FLAG] = "true, false", [CK_KEY_COUNT] = "whole number", [CK_KEY_NUMBER] = "number",
        [CK_KEY_WORD] = "",           [CK_KEY_BYTE] = "one sign",    [CK_KEY_TEXTS] = "list of texts",
        [CK_KEY_PATHS] = "list of files", [CK_KEY_NUMBERS] = "list of numbers", [CK_KEY_TABLE] = "mapping",
        [CK_KEY_TABLES] = "list of mappings", [CK_KEY_NAMED] = "names to mappings",
        [CK_KEY_FLAGS] = "pairs of names to yes, no"};
    print(to, "%s", word[key->type]);
    if (key->table)
        print(to, " *%s*", key->table->name);
    for (size_t i = 0; key->words && key->words[i]; i++)
        print(to, "%s`%s`", i ? ", " : key->table ? ", or " : "", key->words[i]);
}

static void print_table(page *to, const ck_table *table) {
    print(to, "### %s\n\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n", table->name, table->help);
    for (size_t i = 0; i < table->nkeys; i++) {
        const ck_key *key = &table->key[i];
        print(to, "| `%s` | ", key->name);
        print_type(to, key);
        if (key->required)
            print(to, " | required");
        else
            print(to, key->standard ? " | `%s`" : " | %s", key->standard ? key->standard : "–");
        print(to, " | %s |\n", key->help);
    }
    print(to, "\n");
}

/** A table and those below it, each once, in the order of the file. */
static void print_tables(page *to, const ck_table *table) {
    for (size_t i = 0; i < to->ntables; i++)
        if (to->table[i] == table)
            return;
    if (to->ntables == TABLES_MAX)
        return;
    to->table[to->ntables++] = table;
    print_table(to, table);
    for (size_t i = 0; i < table->nkeys; i++)
        if (table->key[i].table)
            print_tables(to, table->key[i].table);
}

static void print_presets(page *to) {
    const ck_preset *preset;
    print(to, "### Presets\n\n`$1`, `$2`, `$3` are the columns of `on`; (tf) marks a term-frequency adjustment. `else` ends each.\n\n"
              "| preset | levels, from the top |\n|---|---|\n");
    for (size_t i = 0; (preset = ck_preset_at(i)) != NULL; i++) {
        print(to, "| `%s` | ", preset->name);
        if (preset->null)
            print(to, "null: `%s`; ", preset->null);
        for (size_t j = 0; j < CK_PRESET_LEVELS && preset->level[j].when; j++)
            print(to, "%s`%s`%s", j ? ", " : "", preset->level[j].when, preset->level[j].frequency ? " (tf)" : "");
        if (preset->third.when)
            print(to, "; with a third column, which joins the two, the first level is `%s` (tf)", preset->third.when);
        print(to, " |\n");
    }
}

ck_status ck_shape_reference(ck_error *error, const ck_table *top, char **text) {
    page to = {.error = error};
    print_tables(&to, top);
    print_presets(&to);
    if (error->status != CK_OK)
        ck_free(to.text);
    *text = error->status == CK_OK ? to.text : NULL;
    return error->status;
}

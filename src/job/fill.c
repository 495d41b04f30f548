/* Checked values to the fields of structs, by the offsets in the tables; and what those hold, freed. */
#include "base/memory.h"
#include "job/shape.h"
#include <stdlib.h>
#include <string.h>

static ck_status fill_text(ck_error *error, const ck_node *value, char **field) {
    *field = ck_copy_string(error, value->text);
    return error->status;
}

static ck_status fill_texts(ck_error *error, const ck_node *list, char ***field, uint32_t *count) {
    char **text = ck_alloc_zero(error, list->n, sizeof *text);
    if (!text)
        return error->status;
    *field = text;
    *count = (uint32_t)list->n;
    for (size_t i = 0; i < list->n; i++)
        if (fill_text(error, list->entry[i].value, &text[i]) != CK_OK)
            return error->status;
    return CK_OK;
}

static void fill_whole(uint64_t value, size_t size, void *field) {
    if (size == sizeof(bool))
        *(bool *)field = value != 0;
    else if (size == sizeof(uint32_t))
        *(uint32_t *)field = (uint32_t)value;
    else
        *(uint64_t *)field = value;
}

static uint64_t word_number(const ck_key *key, const char *word) {
    uint64_t i = 0;
    while (key->words[i] && strcmp(key->words[i], word) != 0)
        i++;
    return i;
}

static ck_status fill_field(ck_error *error, const ck_key *key, const ck_node *value, char *object) {
    char *field = object + key->offset;
    switch (key->type) {
    case CK_KEY_TEXT:
    case CK_KEY_NAME:
    case CK_KEY_PATH:
        return fill_text(error, value, (char **)field);
    case CK_KEY_WORD:
        if (key->size == sizeof(char *))
            return fill_text(error, value, (char **)field);
        fill_whole(word_number(key, value->text), key->size, field);
        return CK_OK;
    case CK_KEY_FLAG:
        *(bool *)field = value->text[0] == 't';
        return CK_OK;
    case CK_KEY_COUNT:
        fill_whole(strtoull(value->text, NULL, 10), key->size, field);
        return CK_OK;
    case CK_KEY_NUMBER:
        *(double *)field = ck_node_number(value);
        return CK_OK;
    case CK_KEY_BYTE:
        *field = value->text[1] ? '\t' : value->text[0];
        return CK_OK;
    case CK_KEY_TEXTS:
    case CK_KEY_PATHS:
        return fill_texts(error, value, (char ***)field, (uint32_t *)(object + key->count_offset));
    default:
        return ck_fail(error, CK_INTERNAL, "Key '%s' of the job file cannot fill a field.", key->name);
    }
}

ck_status ck_shape_fill(ck_error *error, const ck_table *table, const ck_node *map, void *object) {
    for (size_t i = 0; i < table->nkeys; i++) {
        const ck_node *value = table->key[i].size ? ck_node_get(map, table->key[i].name) : NULL;
        if (value && fill_field(error, &table->key[i], value, object) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

static void free_field(const ck_key *key, char *object) {
    char *field = object + key->offset;
    switch (key->type) {
    case CK_KEY_TEXT:
    case CK_KEY_NAME:
    case CK_KEY_PATH:
        ck_free(*(char **)field);
        *(char **)field = NULL;
        break;
    case CK_KEY_TEXTS:
    case CK_KEY_PATHS:
        ck_free_texts(*(char ***)field, *(uint32_t *)(object + key->count_offset));
        *(char ***)field = NULL;
        break;
    default: /* numbers own nothing */
        break;
    }
}

void ck_shape_free(const ck_table *table, void *object) {
    for (size_t i = 0; i < table->nkeys; i++)
        if (table->key[i].size)
            free_field(&table->key[i], object);
}

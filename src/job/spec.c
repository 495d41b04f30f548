#include "job/spec.h"
#include <carrick/clean.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The absolute folder of the file. */
static const char *find_folder(ck_error *error, ck_doc *doc, const char *path) {
    char folder[PATH_MAX], absolute[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    snprintf(folder, sizeof folder, "%.*s", (int)n, path);
    const char *near = n ? folder : slash ? "/" : ".";
    if (!realpath(near, absolute)) {
        ck_fail(error, CK_FILE, "The folder of %s cannot be found.", path);
        return NULL;
    }
    return ck_doc_print(error, doc, "%s", absolute);
}

static ck_status lift_short_form(ck_error *error, ck_doc *doc, const void *top, ck_node *node, const char *path, const char *key) {
    (void)key;
    return ck_shape_lift(error, doc, top, node, path);
}

ck_status ck_spec_read(ck_error *error, ck_doc *doc, const ck_table *table, const char *text, const char *path, const char *const *overrides,
                       uint32_t noverrides) {
    if (ck_doc_read(error, doc, text, path) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < noverrides; i++)
        if (ck_doc_override(error, doc, overrides[i], lift_short_form, table) != CK_OK)
            return error->status;
    ck_shaper shaper = {.doc = doc, .folder = find_folder(error, doc, path)};
    if (!shaper.folder)
        return error->status;
    return ck_shape_table(error, &shaper, table, doc->root, "");
}

ck_status ck_spec_check_formats(ck_error *error, const ck_doc *doc, const ck_node *map, char *const *format, uint32_t n) {
    for (uint32_t f = 0; f < n; f++)
        if (!ck_date_format_valid(format[f]))
            return ck_node_fail(error, doc, ck_node_get(map, "formats"), "'%s' is no date format, such as \"%%d/%%m/%%Y\".", format[f]);
    return CK_OK;
}

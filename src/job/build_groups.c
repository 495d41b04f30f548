/* Persons that are decided already, of the job and of its sources. */
#include "base/memory.h"
#include "job/job_keys.h"
#include "job/passes.h"
#include <string.h>

ck_status ck_rewrite_source_groups(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *column = ck_node_get(map, "column"), *from = ck_node_get(map, "from"), *of = ck_node_get(map, "of");
    if (!column == !from)
        return ck_node_fail(error, shaper->doc, map, "Groups are of a 'column' of the source, or 'from' another result folder.");
    if (of && !from)
        return ck_node_fail(error, shaper->doc, of, "'of' goes with 'from'.");
    return CK_OK;
}

static ck_status copy(ck_error *error, const ck_node *map, const char *key, char **text) {
    const ck_node *node = ck_node_get(map, key);
    if (node)
        *text = ck_copy_string(error, node->text);
    return error->status;
}

static ck_status find_column(ck_error *error, const ck_doc *doc, const ck_node *source, const ck_node *name, ck_group_spec *group, const ck_job *job) {
    const ck_node *columns = ck_node_get(source, "columns");
    const char *known[64];
    size_t n = 0;
    for (; n < columns->n && n < 64; n++)
        known[n] = columns->entry[n].key;
    if (!ck_node_get(columns, name->text))
        return ck_node_fail_unknown(error, doc, name, "The linkage column", name->text, known, n);
    for (group->column = 0; strcmp(job->ingest.column_name[group->column], name->text) != 0;)
        group->column++;
    return CK_OK;
}

static ck_status read_source(ck_error *error, const ck_doc *doc, const ck_node *source, uint32_t number, ck_job *job) {
    const ck_node *map = ck_node_get(source, "groups"), *column = map ? ck_node_get(map, "column") : NULL;
    if (!map)
        return CK_OK;
    ck_group_spec *group = &job->group[job->ngroups++];
    *group = (ck_group_spec){.source = number, .column = UINT32_MAX};
    if (column)
        return find_column(error, doc, source, column, group, job);
    return copy(error, map, "from", &group->from) ? error->status : copy(error, map, "of", &group->of);
}

ck_status ck_build_groups(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *sources = ck_node_get(doc->root, "sources"), *groups = ck_node_get(doc->root, "groups");
    size_t all = sources->n + (groups ? groups->n : 0);
    if (!(job->group = ck_alloc_zero(error, all, sizeof *job->group)))
        return error->status;
    for (size_t i = 0; i < sources->n; i++)
        if (read_source(error, doc, sources->entry[i].value, (uint32_t)i, job) != CK_OK)
            return error->status;
    for (size_t i = 0; groups && i < groups->n; i++) {
        ck_group_spec *group = &job->group[job->ngroups++];
        *group = (ck_group_spec){.source = UINT32_MAX, .column = UINT32_MAX};
        if (copy(error, groups->entry[i].value, "from", &group->from) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

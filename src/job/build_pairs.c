/* Which sources may be linked with which, and how many of each a person may have. */
#include "base/memory.h"
#include "job/passes.h"
#include <stdio.h>
#include <string.h>

enum { ANY = UINT32_MAX - 1, NONE = UINT32_MAX };

uint32_t ck_find_source(const ck_job *job, const char *name) {
    for (uint32_t s = 0; s < job->ingest.nsources; s++)
        if (strcmp(job->ingest.source[s].name, name) == 0)
            return s;
    return NONE;
}

ck_status ck_fail_source(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *node, const char *name) {
    const char **known = ck_alloc(error, job->ingest.nsources, sizeof *known);
    for (uint32_t s = 0; known && s < job->ingest.nsources; s++)
        known[s] = job->ingest.source[s].name;
    if (known)
        ck_node_fail_unknown(error, doc, node, "The source", name, known, job->ingest.nsources);
    ck_free(known);
    return error->status;
}

/* ---- the matrix ---- */

static uint32_t find_name(const ck_job *job, const char *text, size_t n) {
    for (uint32_t s = 0; s < job->ingest.nsources; s++)
        if (strlen(job->ingest.source[s].name) == n && memcmp(job->ingest.source[s].name, text, n) == 0)
            return s;
    return n == 1 && text[0] == '*' ? ANY : NONE;
}

/** "gp-council": names may hold a '-' themselves, so every place is tried. */
static ck_status read_pair(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *value, const char *text, uint32_t pair[2]) {
    uint32_t found = 0;
    for (const char *dash = strchr(text, '-'); dash; dash = strchr(dash + 1, '-')) {
        uint32_t s = find_name(job, text, (size_t)(dash - text)), t = find_name(job, dash + 1, strlen(dash + 1));
        if (s == NONE || t == NONE)
            continue;
        pair[0] = s;
        pair[1] = t;
        found++;
    }
    if (found == 1)
        return CK_OK;
    return ck_node_fail(error, doc, value, found ? "'%s' may be read as more than one pair of sources." :
                        "'%s' is no pair of sources; write two names of them, or *, with a - between.", text);
}

static uint32_t count_any(const uint32_t pair[2]) {
    return (uint32_t)(pair[0] == ANY) + (pair[1] == ANY);
}

static void set_pair(const uint32_t pair[2], uint32_t n, bool yes, bool *matrix) {
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = 0; t < n; t++)
            if ((pair[0] == ANY || pair[0] == s) && (pair[1] == ANY || pair[1] == t))
                matrix[s * n + t] = matrix[t * n + s] = yes;
}

/** A pair that is named outweighs one with a *, and that one with two. */
static ck_status read_pairs(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *map, bool *matrix) {
    uint32_t pair[2] = {NONE, NONE};
    for (uint32_t least = 3; least-- > 0;)
        for (size_t i = 0; i < map->n; i++) {
            if (read_pair(error, doc, job, map->entry[i].value, map->entry[i].key, pair) != CK_OK)
                return error->status;
            if (count_any(pair) == least)
                set_pair(pair, job->ingest.nsources, map->entry[i].value->text[0] == 't', matrix);
        }
    return CK_OK;
}

/** Every pair of sources by name, so that a resolved job says the same whatever `link` would. */
static ck_status write_pairs(ck_error *error, ck_doc *doc, const ck_job *job, const ck_node *near) {
    uint32_t n = job->ingest.nsources;
    ck_node *map = ck_node_new(error, doc, CK_NODE_MAP, near);
    for (uint32_t s = 0; map && s < n; s++)
        for (uint32_t t = s; t < n; t++) {
            const char *name = ck_doc_print(error, doc, "%s-%s", job->ingest.source[s].name, job->ingest.source[t].name);
            ck_node *value = name ? ck_node_scalar(error, doc, job->pairs[s * n + t] ? "true" : "false", near) : NULL;
            if (!value || ck_node_set(error, doc, map, name, value) != CK_OK)
                return error->status;
            value->plain = true;
        }
    return error->status ? error->status : ck_node_set(error, doc, doc->root, "pairs", map);
}

/* ---- sides ---- */

static ck_status add_side(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *list, uint32_t side) {
    for (size_t i = 0; i < list->n; i++) {
        const ck_node *name = list->entry[i].value;
        uint32_t s = ck_find_source(job, name->text);
        if (s == NONE)
            return ck_fail_source(error, doc, job, name, name->text);
        if (job->side[s] != NONE)
            return ck_node_fail(error, doc, name, "'%s' is on two sides, or twice on one.", name->text);
        job->side[s] = side;
    }
    return CK_OK;
}

/** Sources of no side stand alone, and are linked with nothing. */
static ck_status read_sides(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *between) {
    uint32_t n = job->ingest.nsources, nsides = between ? (uint32_t)between->n : 0;
    if (between && nsides < 2)
        return ck_node_fail(error, doc, between, "'between' needs two sides or more.");
    if (!(job->side = ck_alloc(error, n, sizeof *job->side)))
        return error->status;
    for (uint32_t s = 0; s < n; s++)
        job->side[s] = NONE;
    for (uint32_t i = 0; i < nsides; i++)
        if (add_side(error, doc, job, ck_node_get(between->entry[i].value, "sources"), i) != CK_OK)
            return error->status;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = 0; between && t < n; t++)
            if (job->side[s] == NONE || job->side[t] == NONE || job->side[s] == job->side[t])
                job->pairs[s * n + t] = false;
    for (uint32_t s = 0; s < n; s++)
        if (job->side[s] == NONE)
            job->side[s] = nsides + s;
    return CK_OK;
}

/** Which sides a person has at most one of. */
static ck_status read_once(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *many = ck_node_get(doc->root, "many_to_one");
    uint32_t n = job->ingest.nsources, of = many ? ck_find_source(job, many->text) : NONE;
    if (many && job->one_to_one)
        return ck_node_fail(error, doc, many, "Keys 'one_to_one' and 'many_to_one' exclude each other; write one of them.");
    if (many && of == NONE)
        return ck_fail_source(error, doc, job, many, many->text);
    if (!many && !job->one_to_one)
        return CK_OK;
    job->once = ck_alloc(error, n, sizeof *job->once);
    for (uint32_t s = 0; job->once && s < n; s++)
        job->once[s] = of == NONE || job->side[s] != job->side[of];
    return error->status;
}

static bool any_pair(const ck_job *job) {
    uint32_t n = job->ingest.nsources;
    for (uint32_t k = 0; k < n * n; k++)
        if (job->pairs[k])
            return true;
    return false;
}

ck_status ck_build_pairs(ck_error *error, ck_doc *doc, ck_job *job) {
    const ck_node *pairs = ck_node_get(doc->root, "pairs"), *between = ck_node_get(doc->root, "between"), *link = ck_node_get(doc->root, "link");
    uint32_t n = job->ingest.nsources;
    bool *unique = ck_alloc_zero(error, n, sizeof *unique);
    job->pairs = ck_alloc_zero(error, (size_t)n * n, sizeof *job->pairs);
    if (!error->status && link)
        ck_link_allowed(job->link_type, n, unique, job->pairs);
    ck_free(unique);
    if (error->status || (pairs && read_pairs(error, doc, job, pairs, job->pairs) != CK_OK) || read_sides(error, doc, job, between) != CK_OK ||
        read_once(error, doc, job) != CK_OK)
        return error->status;
    const ck_node *told = between ? between : pairs;
    if (told && !any_pair(job))
        return ck_node_fail(error, doc, told, "No two sources may be linked.");
    if (!told) { /* as `link` says */
        ck_free(job->pairs);
        job->pairs = NULL;
    }
    return pairs ? write_pairs(error, doc, job, pairs) : CK_OK;
}

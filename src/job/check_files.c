/* The files that a job names: are they there, and do their headers hold the columns? */
#include "base/memory.h"
#include "base/text.h"
#include "job/build.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** The name of the file's folder that is nearest to its own, for "did you mean"; empty when there is none. */
static void find_near_file(const char *path, char *near, size_t size) {
    char folder[4096];
    const char *slash = strrchr(path, '/'), *own = slash ? slash + 1 : path;
    near[0] = 0;
    if (!slash || (size_t)(slash - path) >= sizeof folder)
        return;
    memcpy(folder, path, (size_t)(slash - path) + 1);
    folder[slash - path + 1] = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        const char *both[] = {entry->d_name, near};
        if (entry->d_name[0] != '.' && ck_text_nearest(own, both, near[0] ? 2 : 1) == entry->d_name)
            snprintf(near, size, "%s", entry->d_name);
    }
    if (entries)
        closedir(entries);
}

static ck_status check_readable(ck_error *error, const ck_doc *doc, const ck_node *file) {
    struct stat what;
    char near[256];
    if (stat(file->text, &what) == 0 && S_ISREG(what.st_mode) && access(file->text, R_OK) == 0)
        return CK_OK;
    int cause = errno;
    if (stat(file->text, &what) == 0 && !S_ISREG(what.st_mode))
        return ck_node_fail_file(error, doc, file, "%s is not a regular file.", file->text);
    if (cause != ENOENT)
        return ck_node_fail_file(error, doc, file, "%s cannot be read: %s.", file->text, strerror(cause));
    find_near_file(file->text, near, sizeof near);
    return ck_node_fail_file(error, doc, file, "%s does not exist%s%s%s", file->text, near[0] ? "; did you mean '" : ".", near,
                             near[0] ? "'?" : "");
}

/** The header of one file. */
typedef struct header {
    char **name;
    uint32_t n;
} header;

static void free_header(header *of) {
    for (uint32_t i = 0; of->name && i < of->n; i++)
        ck_free(of->name[i]);
    ck_free(of->name);
    *of = (header){0};
}

static ck_status read_header(ck_error *error, const ck_doc *doc, const ck_source_spec *source, const ck_node *file, header *of) {
    ck_error inner = {0};
    if (check_readable(error, doc, file) != CK_OK)
        return error->status;
    if (ck_ingest_header(&inner, source, file->text, &of->name, &of->n) != CK_OK)
        return ck_node_carry(error, doc, file, &inner);
    return CK_OK;
}

static ck_status need_header(ck_error *error, const ck_doc *doc, const header *of, const ck_node *name, const ck_node *file) {
    const char *path = strrchr(file->text, '/'), *own = path ? path + 1 : file->text;
    for (uint32_t i = 0; i < of->n; i++)
        if (strcmp(of->name[i], name->text) == 0)
            return CK_OK;
    const char *near = ck_text_nearest(name->text, (const char *const *)of->name, of->n);
    if (near)
        return ck_node_fail(error, doc, name, "%s has no column '%s'; did you mean '%s'?", own, name->text, near);
    return ck_node_fail(error, doc, name, "%s has no column '%s' among its %u columns; is the delimiter right?", own, name->text,
                        of->n);
}

static ck_status check_source_header(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_node *file, const header *of) {
    const ck_node *columns = ck_node_get(map, "columns");
    const ck_node *id = ck_node_get(map, "id");
    if (id && need_header(error, doc, of, id, file) != CK_OK)
        return error->status;
    for (size_t i = 0; i < columns->n; i++) {
        const ck_node *from = ck_node_get(columns->entry[i].value, "from");
        for (size_t j = 0; j < from->n; j++)
            if (need_header(error, doc, of, from->entry[j].value, file) != CK_OK)
                return error->status;
    }
    return CK_OK;
}

static ck_status check_source(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_source_spec *source) {
    const ck_node *files = ck_node_get(map, "files"), *removed = ck_node_get(map, "removed");
    if (removed && check_readable(error, doc, removed) != CK_OK)
        return error->status;
    for (size_t i = 0; i < files->n && error->status == CK_OK; i++) {
        header of = {0};
        const ck_node *file = files->entry[i].value;
        if (read_header(error, doc, source, file, &of) == CK_OK)
            check_source_header(error, doc, map, file, &of);
        free_header(&of);
    }
    return error->status;
}

static ck_status check_truth(ck_error *error, const ck_doc *doc, const ck_node *map) {
    static const char *const columns[] = {"id", "entity", "source"};
    ck_source_spec plain = {.delimiter = ',', .encoding = CK_UTF8};
    const ck_node *file = ck_node_get(map, "truth");
    header of = {0};
    read_header(error, doc, &plain, file, &of);
    for (size_t i = 0; i < 3 && error->status == CK_OK; i++)
        if (ck_node_get(map, columns[i]))
            need_header(error, doc, &of, ck_node_get(map, columns[i]), file);
    free_header(&of);
    return error->status;
}

ck_status ck_check_source_files(ck_error *error, const ck_doc *doc, const ck_job *job) {
    const ck_node *sources = ck_node_get(doc->root, "sources");
    for (uint32_t i = 0; i < job->ingest.nsources && error->status == CK_OK; i++)
        check_source(error, doc, sources->entry[i].value, &job->ingest.source[i]);
    return error->status;
}

/* Lists of NHS numbers, and columns with the flag. */
static ck_status check_optouts(ck_error *error, const ck_doc *doc, const ck_job *job) {
    static const char *const files[] = {"list", "sent", "returned"};
    const ck_node *map = ck_node_get(doc->root, "optouts"), *flags = map ? ck_node_get(map, "flags") : NULL, *sources = ck_node_get(doc->root, "sources");
    for (size_t i = 0; map && i < 3; i++) {
        const ck_node *file = ck_node_get(map, files[i]);
        if (file && check_readable(error, doc, file) != CK_OK)
            return error->status;
    }
    for (size_t i = 0; flags && i < flags->n && error->status == CK_OK; i++)
        for (uint32_t s = 0; s < job->ingest.nsources && error->status == CK_OK; s++) {
            const ck_node *file = ck_node_get(sources->entry[s].value, "files")->entry[0].value;
            header of = {0};
            if (strcmp(job->ingest.source[s].name, flags->entry[i].key) == 0 && read_header(error, doc, &job->ingest.source[s], file, &of) == CK_OK)
                need_header(error, doc, &of, ck_node_get(flags->entry[i].value, "column"), file);
            free_header(&of);
        }
    return error->status;
}

ck_status ck_check_files(ck_error *error, const ck_doc *doc, const ck_job *job) {
    const ck_node *model = ck_node_get(doc->root, "model"), *truth = ck_node_get(doc->root, "evaluate");
    if (ck_check_source_files(error, doc, job) != CK_OK || check_optouts(error, doc, job) != CK_OK)
        return error->status;
    for (size_t i = 0; model && i < 2; i++) {
        const ck_node *file = ck_node_get(model, i ? "splink" : "file");
        if (file && check_readable(error, doc, file) != CK_OK)
            return error->status;
    }
    return truth ? check_truth(error, doc, truth) : CK_OK;
}

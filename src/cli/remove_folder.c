#include "cli/remove_folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct removal {
    ck_remove_ask *ask;
    void *asker;
    ck_error *error;
} removal;

static ck_status empty_folder(const removal *r, int folder, const char *name);

static ck_status fail(const removal *r, const char *name) {
    return ck_fail(r->error, CK_FILE, "'%s' cannot be removed: %s.", name, strerror(errno));
}

static ck_status remove_entry(const removal *r, int folder, const char *entry, const char *name) {
    struct stat info;
    if (fstatat(folder, entry, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(r, name);
    if (r->ask && !r->ask(r->asker, r->error, folder, entry, name, &info))
        return r->error->status;
    if (S_ISDIR(info.st_mode)) {
        int inner = openat(folder, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner < 0)
            return fail(r, name);
        if (empty_folder(r, inner, name) != CK_OK)
            return r->error->status;
    }
    if (unlinkat(folder, entry, S_ISDIR(info.st_mode) ? AT_REMOVEDIR : 0) != 0 && errno != ENOTEMPTY && errno != EEXIST)
        return fail(r, name); /* a folder in which something stays, stays */
    return CK_OK;
}

/* Takes the descriptor. */
static ck_status empty_folder(const removal *r, int folder, const char *name) {
    DIR *list = fdopendir(folder);
    if (!list) {
        close(folder);
        return fail(r, name);
    }
    for (struct dirent *entry; r->error->status == CK_OK && (entry = readdir(list));) {
        char path[PATH_MAX];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (snprintf(path, sizeof path, "%s%s%s", name, *name ? "/" : "", entry->d_name) >= (int)sizeof path)
            ck_fail(r->error, CK_FILE, "A path is too long to be removed; it begins '%.200s'.", name);
        else
            remove_entry(r, dirfd(list), entry->d_name, path);
    }
    closedir(list);
    return r->error->status;
}

ck_status ck_folder_remove(ck_error *error, const char *path, bool itself, ck_remove_ask *ask, void *asker) {
    const removal r = {ask, asker, error};
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return errno == ENOENT ? CK_OK : ck_fail(error, CK_FILE, "'%s' cannot be opened as a folder: %s.", path, strerror(errno));
    if (empty_folder(&r, folder, "") == CK_OK && itself && rmdir(path) != 0 && errno != ENOTEMPTY && errno != EEXIST)
        fail(&r, path);
    return error->status;
}

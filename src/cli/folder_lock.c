#include "cli/folder_lock.h"
#include "base/memory.h"
#include "cli/files.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ck_status ck_folder_lock_take(ck_error *error, const char *folder, ck_folder_lock *lock) {
    char *path = ck_path_join(error, folder, ".lock");
    if (!path || lock->file) {
        ck_free(path);
        return error->status;
    }
    /* Of this open file, not of the process: two runs inside one program exclude each other too, and closing another handle of the file
     * does not let go of it. */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool locked = file >= 0 && fcntl(file, F_OFD_SETLK, &whole) == 0;
    if (file >= 0 && !locked && (errno == EAGAIN || errno == EACCES))
        ck_fail(error, CK_FILE, "Another run is at work in '%s'; wait until it has ended, or give this one a folder of its own with --out.", folder);
    if (locked)
        lock->file = file;
    else if (file >= 0)
        close(file);
    ck_free(path);
    return error->status;
}

void ck_folder_lock_free(ck_folder_lock *lock) {
    if (lock->file)
        close(lock->file);
    *lock = (ck_folder_lock){0};
}

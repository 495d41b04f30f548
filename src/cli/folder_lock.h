/** One run at a time in a result folder: a lock on FOLDER/.lock that the system lets go of when its process ends, however it ends, so
 *  that a killed run leaves none behind. The empty file stays. On file systems without locks nobody is refused. Local. */
#ifndef CK_CLI_FOLDER_LOCK_H
#define CK_CLI_FOLDER_LOCK_H
#include <carrick/status.h>

typedef struct ck_folder_lock {
    int file; /**< 0: none (a zeroed struct) */
} ck_folder_lock;

/** CK_FILE at once when another process has it. A folder that is not there or that nobody may write to needs none; a lock that is
 *  held stays. */
ck_status ck_folder_lock_take(ck_error *error, const char *folder, ck_folder_lock *lock);
void ck_folder_lock_free(ck_folder_lock *lock);

#endif

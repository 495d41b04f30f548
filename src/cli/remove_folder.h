/** Removing a folder with all that is in it; a symbolic link is removed, never followed. Local. */
#ifndef CK_CLI_REMOVE_FOLDER_H
#define CK_CLI_REMOVE_FOLDER_H
#include <carrick/status.h>
#include <stdbool.h>
#include <sys/stat.h>

/** Asked of every entry before it is removed: `name` from the folder on, `folder` an open descriptor of where it is. @return false: it stays, and so does what is in it */
typedef bool ck_remove_ask(void *asker, ck_error *error, int folder, const char *entry, const char *name, const struct stat *info);
/** `ask` may be NULL: all goes. With `itself` the folder goes too, when nothing is left in it. A folder that is not there is no failure. */
ck_status ck_folder_remove(ck_error *error, const char *path, bool itself, ck_remove_ask *ask, void *asker);

#endif

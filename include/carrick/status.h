/** Status codes and the one error sentence.
 *
 *  Every function that can fail takes a `ck_error *` on its caller's stack and returns a `ck_status`.
 *  The codes are ordered by severity (but for CK_STOPPED) and double as the exit code of the command line.
 *
 *      ck_error error = {0};
 *      if (ck_people_open(comm, &error, "people.h5", 0, &people) != CK_OK) fputs(error.text, stderr);
 */
#ifndef CARRICK_STATUS_H
#define CARRICK_STATUS_H

typedef enum ck_status {
    CK_OK = 0,
    CK_USAGE = 2,         /**< wrong command line or job file */
    CK_DATA = 3,          /**< input data that cannot be used */
    CK_NOT_CONVERGED = 4, /**< only with --strict; results are kept */
    CK_FILE = 5,          /**< a file cannot be read or written */
    CK_MEMORY = 6,        /**< memory could not be had */
    CK_INTERNAL = 70,     /**< a broken promise inside Carrick */
    CK_STOPPED = 75       /**< stopped by a signal, to be carried on; less severe than CK_FILE and what follows it */
} ck_status;

/** One full sentence; names file, row and column where they apply, never a person's value. */
typedef struct ck_error {
    ck_status status;
    char text[1024];
} ck_error;

/** Record a failure: keeps the first one, so a cause is never hidden by its consequences.
 *  Local. @return the status kept in `error`. */
ck_status ck_fail(ck_error *error, ck_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

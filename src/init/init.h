/** `carrick init`: from extracts alone to a job that runs. docs/init.md says what is guessed, and from what.
 *
 *  Each file is read from end to end once for counts and a sample of rows chosen by the hash of their numbers, and once or
 *  twice more for what only the whole file can tell (is the id unique; is a person in it twice). The text depends on the
 *  files alone. It holds names of columns, counts and shares, and words that stand for a missing value; never a person's.
 *
 *      ck_init_job(&error, (const char *[]){"gp.csv", "council.csv"}, 2, &text);
 */
#ifndef CK_INIT_INIT_H
#define CK_INIT_INIT_H
#include <carrick/status.h>
#include <stdint.h>

/** Local: rank 0 calls it. `*text` is YAML, the caller's to free. CK_FILE for a file that cannot be read, CK_DATA for one that
 *  cannot be used, with a sentence that says what to do. */
ck_status ck_init_job(ck_error *error, const char *const *file, uint32_t nfiles, char **text);

#endif

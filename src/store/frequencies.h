/** How often each value of a column was there when a model was trained. people.h5 holds this of its own records; frequencies.h5, in the same layout, holds
 *  it of an earlier people.h5, for the updates that go on scoring as then. Collective.
 *
 *      /columns/<name>/{value/offset,value/bytes,count}
 */
#ifndef CK_STORE_FREQUENCIES_H
#define CK_STORE_FREQUENCIES_H
#include "store/people.h"

enum { CK_FREQUENCIES_VERSION = 2 };

typedef struct ck_frequency {
    char *name;
    ck_dict dict;
    uint64_t *count; /**< [dict.count + 1] records with each code, 0 = with values that are not listed */
} ck_frequency;

typedef struct ck_frequencies {
    uint32_t n;
    ck_frequency *column;
} ck_frequencies;

/** Read the columns of these names, as far as the file has them, from frequencies.h5 or, with `of_people`, people.h5. On every rank. */
ck_status ck_frequencies_read(const ck_comm *comm, ck_error *error, const char *path, bool of_people, const char *const *name, uint32_t n,
                              ck_frequencies *frequencies);
/** Forget the values that one record had, since one that is not listed counts as that, and, with `now`, those that it does not have: somebody has opted out, and
 *  what was theirs alone is to be nowhere. How many records there were stays. Local. */
void ck_frequencies_thin(ck_frequencies *frequencies, const ck_people *now);
/** Write rank 0's. */
ck_status ck_frequencies_write(const ck_comm *comm, ck_error *error, const char *path, const ck_frequencies *frequencies);
void ck_frequencies_free(ck_frequencies *frequencies);

/** The column of that name, or NULL. Local. */
const ck_frequency *ck_frequencies_find(const ck_frequencies *frequencies, const char *name);

#endif

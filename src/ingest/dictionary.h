/** The dictionary of a column over all ranks: every distinct clean value once, sorted by bytes.
 *
 *  Values go to ranks by range, are sorted and made distinct there, and the ranks' lists one after the other are the
 *  dictionary, which every rank then holds whole. */
#ifndef CK_INGEST_DICTIONARY_H
#define CK_INGEST_DICTIONARY_H
#include "ingest/values.h"
#include "store/people.h"

/** Make the dictionary of the tables' clean values and set `code` of each of these to its code there (1..count).
 *  `column` names it in messages. Collective. */
ck_status ck_dictionary_make(const ck_comm *comm, ck_error *error, ck_values *const *tables, uint32_t ntables,
                             const char *column, ck_dict *dict);

/** The values of `old` whose bit is set in `used`, and those of `dict`, become `dict`. *_code: [count + 1] of both, zeroed: the code there of every code that they had.
 *  Local. */
ck_status ck_dictionary_merge(ck_error *error, const ck_dict *old, const uint64_t *used, const char *column, uint32_t *old_code, uint32_t *fresh_code,
                              ck_dict *dict);

#endif

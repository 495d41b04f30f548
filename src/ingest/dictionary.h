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

#endif

/** What a comparison speaks of, told from the roles of its columns (clean/role.h). Local, unless said. */
#ifndef CK_LINK_TRAIN_HOME_H
#define CK_LINK_TRAIN_HOME_H
#include "link/train.h"

/** The comparisons that speak of the home (bits): all their columns are a surname, address, number, postcode, telephone or town, or follow
 *  from where the home is, or are named in `options`. Collective. 0 without a household class: switched off, fewer than two of them (of two kinds, unless named), or no other
 *  comparison. CK_USAGE for a column that is not there. */
ck_status ck_train_home(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                        const ck_train_options *options, uint32_t *home);
/** Does a column whose role is neither the person's nor the home's say no more than where the home is? It is then a function of a postcode,
 *  an address or a place among the first `ncolumns`, as a state is of a ZIP code. Collective. */
ck_status ck_train_follows_home(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t ncolumns, uint32_t column, bool *follows);
/** The comparisons that speak of the person (bits): one of their columns is a forename, full name, birth date or personal number. */
ck_status ck_train_identity(ck_error *error, const ck_people *people, const ck_comparisons *comparisons, uint32_t *identity);

/** Is one of the columns a full name and the other a name or a part of one? */
bool ck_train_share_name(const ck_column *x, const ck_column *y);

#endif

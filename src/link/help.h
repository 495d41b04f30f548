/** Help between ranks: one that waits for others asks them for units, and one that has units left gives some away, so that nobody waits long for a slow rank.
 *
 *  Each rank's share of a wave stays its own until somebody asks; then a part of what is left goes, from the back, that is the larger the less this rank has done by
 *  then. Ranks ask one another in turn, those of the same machine first, and the more seldom the less they get. Who does what is left to chance, what comes of it is not.
 *  Inner part of crew.c; Local but for open, and the main thread's.
 */
#ifndef CK_LINK_HELP_H
#define CK_LINK_HELP_H
#include "link/gather.h"
#include "link/parcel.h"
#include "par/calls.h"

typedef struct ck_help {
    const ck_gather *gather;
    ck_calls calls;
    ck_parcel *parcel;
    int next;               /**< rank to ask */
    int refusals;           /**< since a round began */
    double rest, rest_until; /**< seconds between rounds; when the next begins */
} ck_help;

/** `gather` is borrowed. Collective. CK_MEMORY. */
ck_status ck_help_open(ck_error *error, const ck_gather *gather, ck_help *help);
/** Accepts a zeroed struct. */
void ck_help_close(ck_help *help);

/** Give to those who ask. */
void ck_help_give(ck_help *help, ck_tasks *tasks);
/** Ask on. @param more  false: ask nobody any more, forget what is given
 *  @return tasks to be done before this is called again, or NULL */
ck_tasks *ck_help_take(ck_help *help, bool more);
/** Is there nothing left to do on any rank? To be asked again and again by a rank that has done its share, between giving and taking. */
bool ck_help_ends(ck_help *help);

#endif

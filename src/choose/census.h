/** Census of conjunctions of key parts: how large are the blocks of some records, and who is in them?
 *
 *  Every record is looked at and a sample of records is asked about: its keys are put in a table, and all records are swept past it. So
 *  block sizes are exact whatever the sample, and a sum over the sample is size-biased as a cost in pairs should be: a block
 *  of b records is met in proportion to b, and no block can weigh more than its cap (docs/choose.md has the error of either way).
 *
 *      ck_census census;
 *      ck_census_open(error, &input, &parts, &sample, &census);
 *      ck_census_take(&census, error, conjunction, n, 100, count, list);    block sizes of the sample's keys, and who shares them
 *
 *  Integers only; the same on any number of ranks and threads. Collective unless marked Local.
 */
#ifndef CK_CHOOSE_CENSUS_H
#define CK_CHOOSE_CENSUS_H
#include "choose/parts.h"
#include "choose/sample.h"
#include "store/people.h"

enum { CK_CONJUNCTION_PARTS = 3, CK_CAPS = 6 };
/** Records swept at a time: whole strips, or shorter runs where only some are swept. */
enum { CK_CENSUS_STRIP = 1 << 16, CK_CENSUS_RUN = 1 << 12 };

/** Parts that must all be shared, of different columns; numbers of parts, rising. */
typedef struct ck_conjunction {
    uint32_t n, part[CK_CONJUNCTION_PARTS];
} ck_conjunction;

/** Caps that are counted, rising; the last is none. */
extern const uint64_t ck_caps[CK_CAPS];

typedef struct ck_census {
    const ck_comm *comm;
    const ck_people *people;
    const ck_key_parts *parts;
    const ck_sample *sample;
    const bool *allowed;      /**< [nsources * nsources] */
    uint32_t nclasses;        /**< sources that must be told apart; 1 when every pair is allowed */
    uint32_t threads;
    uint32_t stride;          /**< one of so many runs of records is swept; 1: all, and only then are block sizes those of all records */
    const bool *listed;       /**< [sample->n] whose partners are to be listed; NULL: all */
    ck_part_values *value;    /**< [parts->n] of the sample, filled when first asked for */
    struct ck_sieve *sieve;   /**< [parts->n] likewise */
} ck_census;

/** What is borrowed must live as long. Local. */
ck_status ck_census_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_key_parts *parts, const ck_sample *sample,
                         const bool *allowed, uint32_t threads, ck_census *census);
void ck_census_close(ck_census *census);
/** Is a record swept at the census's stride? Runs are those of record numbers, whatever the ranks. Local. */
bool ck_census_sweeps(const ck_census *census, uint64_t record);
/** Records that are swept. Local. */
uint64_t ck_census_swept(const ck_census *census);

/** Of one conjunction. */
typedef struct ck_key_count {
    uint64_t keys;               /**< of the sample's records */
    uint64_t filled;             /**< records of the sample with a key */
    uint64_t partners[CK_CAPS];  /**< sum over the sample's keys in blocks of at most that many records: others that the record may be paired with */
    uint32_t *size;              /**< [sample->n] records in one of the record's blocks, any of its keys alike; 0: it has none. The caller frees */
} ck_key_count;
/** Who shares a key with the sample's records. */
typedef struct ck_partner {
    uint32_t sampled;  /**< number in the sample */
    uint32_t record;
    uint32_t size;     /**< of the smallest block that holds both */
} ck_partner;
typedef struct ck_partner_list {
    size_t n;
    ck_partner *partner; /**< by sampled, then record; the caller frees */
} ck_partner_list;

/** Count (count may be NULL) and list (list may be NULL; only rank 0's is filled). Blocks of more than `limit` records are all alike: they have
 *  no partners, and once they are seen to be larger no more is asked about them. */
ck_status ck_census_take(ck_census *census, ck_error *error, const ck_conjunction *conjunction, uint32_t n, uint64_t limit,
                         ck_key_count *count, ck_partner_list *list);

#endif

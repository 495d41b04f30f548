/** Units: records that are one person already, as somebody has decided before. They are never split; links between records of two units are links of the
 *  units, of which the best decides; clustering goes over units, and every record gets the person of its unit.
 *
 *      ck_units_begin(error, records, &units);
 *      ck_units_unite(&units, 3, 17);                as often as there is something decided
 *      ck_units_finish(error, &units);
 *      ck_units_free(&units);
 *
 *  Local; every rank holds the same.
 */
#ifndef CK_CLUSTER_UNITS_H
#define CK_CLUSTER_UNITS_H
#include "cluster/cluster.h"
#include "cluster/component.h"

struct ck_units {
    uint64_t records;
    uint32_t n;       /**< units, those of a single record too */
    uint32_t *unit;   /**< [records] counted in the order of their first records */
    uint32_t *first;  /**< [n] first record of each */
};

ck_status ck_units_begin(ck_error *error, uint64_t records, ck_units *units);
/** Two records are one person. Before ck_units_finish. */
void ck_units_unite(ck_units *units, uint32_t a, uint32_t b);
/** Records of one nonzero value are one person: value[i] of record begin + i, i < n. */
ck_status ck_units_unite_equal(ck_error *error, ck_units *units, uint64_t begin, uint64_t n, const uint32_t *value);
ck_status ck_units_finish(ck_error *error, ck_units *units);
void ck_units_free(ck_units *units); /**< accepts a zeroed struct */

/** Links of records as links of units (n, a < b, weight; the caller frees); those inside a unit go, others may be there several times. */
ck_status ck_units_of_links(ck_error *error, const ck_units *units, const ck_links *links, ck_links *of_units);

/** The limits of units from those of records: two units may be paired when a record of one may be with one of the other, and must stay apart when two of
 *  their records must. CK_USAGE for more than 64 sorts of sources, or too many mixtures of them. The caller frees what `limits` points to
 *  with ck_unit_limits_free. */
ck_status ck_unit_limits(ck_error *error, const ck_units *units, const ck_person_limits *of_records, ck_person_limits *limits);
void ck_unit_limits_free(ck_person_limits *limits);

#endif

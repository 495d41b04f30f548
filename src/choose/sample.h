/** Some records, chosen by hashing record numbers, with their codes: what every rank can look at without the others.
 *
 *      ck_sample_draw(comm, error, people, 2048, 7, &sample);       about 2048 records, the same on any number of ranks
 *      sample.code[c][k]                                            code of column c of record sample.record[k]
 *
 *  Collective.
 */
#ifndef CK_CHOOSE_SAMPLE_H
#define CK_CHOOSE_SAMPLE_H
#include "store/people.h"

typedef struct ck_sample {
    uint32_t n, ncolumns;
    uint32_t *record; /**< [n] rising */
    uint32_t *source; /**< [n] */
    uint32_t **code;  /**< [ncolumns][n] */
} ck_sample;

/** About `target` records; all of them when there are no more. On every rank. */
ck_status ck_sample_draw(const ck_comm *comm, ck_error *error, const ck_people *people, uint64_t target, uint64_t seed, ck_sample *sample);
/** The records that rank 0 names (rising, distinct; other ranks pass NULL), on rank 0; elsewhere the sample stays empty. */
ck_status ck_sample_fetch(const ck_comm *comm, ck_error *error, const ck_people *people, const uint32_t *record, uint64_t n,
                          ck_sample *sample);
void ck_sample_free(ck_sample *sample);

/** Is a record drawn at a rate of `target` of `records`? Draws of a smaller target are within those of a larger one. Local. */
bool ck_sample_holds(uint64_t records, uint64_t target, uint64_t seed, uint64_t record);

#endif

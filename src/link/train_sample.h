/** A sample of the pairs inside groups: records take part by hash, and those of a group fall into buckets, so that the pairs inside buckets are a share of all. Which
 *  ones depends on record numbers and a seed alone. Local. */
#ifndef CK_LINK_TRAIN_SAMPLE_H
#define CK_LINK_TRAIN_SAMPLE_H
#include "base/hash.h"

typedef struct ck_pair_sample {
    uint64_t threshold; /**< a record takes part when its hash is not above it */
    uint64_t buckets;
} ck_pair_sample;

/** About `wanted_pairs` of `pairs`; from `wanted_records` of `records`, where there are more, or as many as it needs. */
ck_pair_sample ck_plan_pair_sample(double pairs, double records, double wanted_pairs, double wanted_records);

/** The bucket of a record, 1 and up; 0 when it takes no part. */
static inline uint64_t ck_sample_bucket(const ck_pair_sample *sample, uint64_t seed, uint64_t record) {
    uint64_t hash = ck_hash_mix(ck_hash_mix(seed + 2) + record);
    return hash <= sample->threshold ? 1 + ck_hash_mix(hash) % sample->buckets : 0;
}

/** The number of a bucket within the group of hash `key`, not 0. */
static inline uint64_t ck_sample_group(uint64_t key, uint64_t bucket) {
    return ck_hash_mix(key + bucket) | 1;
}

#endif

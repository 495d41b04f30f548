/** Made-up regions with truth. The same bytes for a seed on any number of ranks. Collective. */
#ifndef CK_SYNTH_SYNTH_H
#define CK_SYNTH_SYNTH_H
#include "par/par.h"

/** Who lives at one address. */
typedef enum ck_synth_shape {
    CK_SHAPE_PLAIN,   /**< unrelated people, and some twins: addresses and postcodes tell people apart fairly well */
    CK_SHAPE_FAMILIES /**< couples, parents, children, elders, sharers: surname, address and postcode agree all through a household */
} ck_synth_shape;

typedef struct ck_synth_options {
    uint64_t rows;   /**< records to make, >= 1 */
    uint64_t seed;
    ck_synth_shape shape;
} ck_synth_options;
typedef struct ck_synth_counts {
    uint64_t rows, people;
} ck_synth_counts;

/** Write `folder`/records.csv (unique_id,source,forename,surname,dob,sex,postcode,address,nhs_number), truth.csv (unique_id,person) and
 *  job.yaml (a job that links them). The folder is made if absent. */
ck_status ck_synth(const ck_comm *comm, ck_error *error, const ck_synth_options *options, const char *folder, ck_synth_counts *counts);

/** A region that lives, in the extracts of its systems: see shape.h. */
typedef struct ck_synth_region_options {
    const struct ck_shape *shape;
    uint64_t people;  /**< residents, about; 0: as many as the shape says */
    uint64_t seed;
    uint64_t quarter; /**< of the extract, 1 first; the same seed gives the same region, later */
} ck_synth_region_options;

/** Write one CSV file a source, truth.csv, errors.csv, persons.csv, households.csv, opt_out_nhs_numbers.txt, postcodes.csv, files about properties
 *  where the shape has them, and shape.json, which lists them all. The folder is made if absent. */
ck_status ck_synth_region(const ck_comm *comm, ck_error *error, const ck_synth_region_options *options, const char *folder, ck_synth_counts *counts);

#endif

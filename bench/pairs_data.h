/** Made-up records for bench/pairs: the columns of people's records with name frequencies that fall like 1 / rank, some records
 *  being copies of others with errors. The same for a seed. Stops the program when memory runs out. */
#ifndef CK_BENCH_PAIRS_DATA_H
#define CK_BENCH_PAIRS_DATA_H
#include "store/people.h"

enum { BENCH_FORENAME, BENCH_SURNAME, BENCH_DOB, BENCH_SEX, BENCH_POSTCODE, BENCH_COLUMNS };
extern const char *const bench_column_name[BENCH_COLUMNS];
extern const ck_kind bench_column_kind[BENCH_COLUMNS];

/** Texts of records, as reference_people_build and reference_linkage take them. */
typedef struct bench_records {
    uint32_t n, ncolumns;
    const char **value; /**< [n * ncolumns]; NULL = missing */
    char *bytes;        /**< what they point into */
} bench_records;

/** `n` records spread over 2,000 postcode sectors and 30,240 dates of birth. */
void bench_records_make(uint32_t n, uint64_t seed, bench_records *records);
/** The records in which `column`, but for its last `left_off` bytes, is one of the first `blocks` values met. Borrows the texts. */
void bench_records_sample(const bench_records *records, uint32_t column, size_t left_off, uint32_t blocks, bench_records *sample);
/** The texts of the first `n` records of `people`, which must outlive them. */
void bench_records_of(const ck_people *people, uint32_t n, bench_records *records);
/** Write them with a header, id first; 0 when the file cannot be written. */
int bench_records_write(const bench_records *records, const char *path);
void bench_records_free(bench_records *records);

#endif

/** households.h5: who lives with whom. docs/households.md describes the file.
 *
 *  /person/household: of each person of index.h5 (0.., as /person/person there) the household, 0: none is known. /household/{size,kind,key}: of household h at h - 1.
 *  Collective. */
#ifndef CK_STORE_HOUSEHOLDS_H
#define CK_STORE_HOUSEHOLDS_H
#include "par/par.h"

enum { CK_HOUSEHOLDS_VERSION = 1 };

typedef enum ck_household_kind { CK_HOUSEHOLD_PRIVATE, CK_HOUSEHOLD_LARGE, CK_HOUSEHOLD_COMMUNAL } ck_household_kind;
/** How its home was told. */
typedef enum ck_household_key { CK_HOUSEHOLD_BY_NUMBER = 1, CK_HOUSEHOLD_BY_ADDRESS } ck_household_key;

typedef struct ck_households {
    uint64_t persons, households;
    uint32_t *household; /**< [persons] 1 .. households, 0: no home is known */
    uint32_t *size;      /**< [households] persons */
    uint8_t *kind, *key; /**< [households] ck_household_kind, ck_household_key */
    char *stamp;         /**< of the file */
} ck_households;

/** Written and read by one rank (or by ranks that all hold everything). */
ck_status ck_households_write(const ck_comm *comm, ck_error *error, const char *path, const ck_households *households);
/** CK_FILE also when a number leads nowhere. */
ck_status ck_households_open(const ck_comm *comm, ck_error *error, const char *path, ck_households *households);
void ck_households_free(ck_households *households);

#endif

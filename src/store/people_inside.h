/** What writing and reading people.h5 share. */
#ifndef CK_STORE_PEOPLE_INSIDE_H
#define CK_STORE_PEOPLE_INSIDE_H
#include "store/h5.h"
#include "store/people.h"

/** The narrowest type that holds codes 0..count. Local. */
static inline ck_h5_type ck_code_type(uint32_t count) {
    return count <= UINT8_MAX ? CK_H5_U8 : count <= UINT16_MAX ? CK_H5_U16 : CK_H5_U32;
}

/** Room for "/columns/<name>/value/offset"; longer names are refused on writing. */
enum { CK_PATH_ROOM = 512, CK_NAME_MAX = 400 };

#endif

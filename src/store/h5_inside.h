/** What the files of the HDF5 layer share; no other file includes it. */
#ifndef CK_STORE_H5_INSIDE_H
#define CK_STORE_H5_INSIDE_H
#include "store/h5.h"
#include <hdf5.h>

/* Faults on purpose (base/fault.h) come after a call of HDF5, never in its stead: many are collective, and a rank that left one out would
 * leave the others waiting. */

struct ck_h5 {
    const ck_comm *comm;
    hid_t file;
    bool writing;      /**< between create and commit */
    char *path;        /**< final name */
    char *temporary;   /**< written name, while writing */
    int fd;            /**< of the temporary file, on rank 0 while writing; else -1 */
    uint64_t used;     /**< bytes that the file may need so far, and */
    uint64_t reserved; /**< bytes that the disk has promised (rank 0) */
};

/** Have the disk promise room for `bytes` more before HDF5 is told of them. HDF5 cannot close a file whose metadata do
 *  not fit (its handle dangles and the process dies at exit), so a full disk must be noticed before. Local: rank 0
 *  acts and may fail, the others do nothing; the caller agrees. */
void ck_h5_reserve(ck_h5 *file, ck_error *error, uint64_t bytes);

hid_t ck_h5_memory_type(ck_h5_type type);
hid_t ck_h5_file_type(ck_h5_type type);
/** Is there an object of this path ("a/b/c", "" = root)? Every group on the way is asked. */
bool ck_h5_exists(hid_t file, const char *name);

#endif

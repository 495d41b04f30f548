/** Faults on purpose: a named place fails at its n-th call on one rank, so that a test can see what every failure leads to.
 *
 *      bool written = !ck_fault(CK_FAULT_WRITE) && write(fd, bytes, n) == n;      errno is set, as by write
 *
 *  The environment of the process names the place: CARRICK_FAULT=SITE:RANK:N, SITE being a name of the table below, N counted from 1.
 *  SITE:RANK:N:kill kills the process there, :stop sends it SIGTERM, :hang leaves it there for ever, :slow:MS has it rest there for MS milliseconds, from
 *  then on each time. CARRICK_FAULT=count only counts; the program then tells how often each rank came to each place. Compiled in by the option CARRICK_FAULTS of the build (Debug); without it
 *  ck_fault is `false` and costs nothing. Local, thread-safe.
 */
#ifndef CK_BASE_FAULT_H
#define CK_BASE_FAULT_H
#include <stdbool.h>
#include <stdint.h>

/** X(identifier, name): the places that can fail. */
#define CK_FAULT_SITES(X)                                                                                              \
    X(CK_FAULT_ALLOC, "alloc")   /* memory */                                                                          \
    X(CK_FAULT_READ, "read")     /* opening and reading a file */                                                      \
    X(CK_FAULT_WRITE, "write")   /* opening and writing a file */                                                      \
    X(CK_FAULT_FSYNC, "fsync")   /* bytes to the disk */                                                               \
    X(CK_FAULT_RENAME, "rename") /* a finished file to its name */                                                     \
    X(CK_FAULT_MKDIR, "mkdir")   /* a folder */                                                                        \
    X(CK_FAULT_H5, "h5")         /* a call of HDF5 that reads or writes */                                             \
    X(CK_FAULT_SEND, "send")     /* a message between ranks */                                                         \
    X(CK_FAULT_UNIT, "unit")     /* a unit of pairs: does not fail, but may be slow, stopped or killed */

#define CK_FAULT_ID(id, name) id,
typedef enum ck_fault_site { CK_FAULT_SITES(CK_FAULT_ID) CK_FAULTS } ck_fault_site;
#undef CK_FAULT_ID

#ifdef CARRICK_FAULTS
/** Is this the call that shall fail? Then errno is EIO. */
bool ck_fault(ck_fault_site site);
/** Which rank this process is; until it is known nothing fails. */
void ck_fault_set_rank(int rank);
/** Does CARRICK_FAULT ask for counts? */
bool ck_fault_counts(void);
/** Calls of a place so far. */
uint64_t ck_fault_calls(ck_fault_site site);
const char *ck_fault_name(ck_fault_site site);
#else
static inline bool ck_fault(ck_fault_site site) {
    (void)site;
    return false;
}
static inline void ck_fault_set_rank(int rank) {
    (void)rank;
}
static inline bool ck_fault_counts(void) {
    return false;
}
static inline uint64_t ck_fault_calls(ck_fault_site site) {
    (void)site;
    return 0;
}
static inline const char *ck_fault_name(ck_fault_site site) {
    (void)site;
    return "";
}
#endif

#endif

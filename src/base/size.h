/** Sizes of memory as people write them: "2G", "512 MiB". A K, M, G or T is 1024 times the one before, as in Slurm. Local. */
#ifndef CK_BASE_SIZE_H
#define CK_BASE_SIZE_H
#include <carrick/status.h>
#include <stdint.h>

/** Bytes of `text`: a number and K, M, G or T (with B or iB behind or not); a bare number is bytes. @return CK_USAGE naming `what`, also for 0 */
ck_status ck_size_parse(ck_error *error, const char *what, const char *text, uint64_t *bytes);

enum { CK_SIZE_TEXT = 32 };
/** 1610612736 as "1.5 GiB". @return `text` */
const char *ck_size_text(uint64_t bytes, char text[CK_SIZE_TEXT]);

#endif

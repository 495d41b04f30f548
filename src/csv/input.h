/** Bytes of one file through a window that slides: plain files by pread from any offset, .gz as a stream.
 *  Never more of a file in memory than the window. Local; one thread an input. */
#ifndef CK_CSV_INPUT_H
#define CK_CSV_INPUT_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/**
 *      bytes  [ used up | not used yet | room to read into ]
 *                       ^begin         ^end                ^room
 */
typedef struct ck_input {
    const char *path; /**< borrowed */
    int file;         /**< -1 for .gz */
    gzFile gz;
    uint64_t size;    /**< where the file ends (it may have grown since); UINT64_MAX for .gz */
    uint64_t hint;    /**< reading stops here at first, so that a short range does not read a long one */
    uint64_t offset;  /**< of bytes[begin] in the (uncompressed) file */
    char *bytes;
    size_t room, begin, end;
    bool at_end;      /**< the window reaches the end of the file */
} ck_input;

bool ck_input_is_gz(const char *path);
/** Open at `offset` (0 for .gz), keeping the window's memory of an earlier file. `size`: as ck_input.size. */
ck_status ck_input_open(ck_error *error, ck_input *input, const char *path, uint64_t offset, uint64_t size,
                        uint64_t hint);
/** Read on: at least one byte more in the window, or at_end. What is not used yet moves to the front. */
ck_status ck_input_more(ck_error *error, ck_input *input);
static inline void ck_input_use(ck_input *input, size_t n) {
    input->begin += n;
    input->offset += n;
}
/** Close the file, keep the window's memory. Accepts a zeroed input. */
void ck_input_close(ck_input *input);
void ck_input_free(ck_input *input);
/** Bytes of a regular file (those on disk for .gz). */
ck_status ck_input_size(ck_error *error, const char *path, uint64_t *size);

#endif

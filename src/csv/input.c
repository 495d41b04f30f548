#include "csv/input.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/stop.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* READ_BYTES fits a core's own cache together with what parsing touches; LEAST_BYTES is what the end of the last
   record of a range is likely to need. */
enum { READ_BYTES = 256 << 10, LEAST_BYTES = 4 << 10 };

bool ck_input_is_gz(const char *path) {
    size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

static ck_status fail_reading(ck_error *error, const char *path, const char *why) {
    return ck_fail(error, CK_FILE, "File %s cannot be read: %s.", path, why);
}

ck_status ck_input_size(ck_error *error, const char *path, uint64_t *size) {
    struct stat status;
    if (stat(path, &status) != 0)
        return fail_reading(error, path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail_reading(error, path, "it is not a regular file");
    *size = (uint64_t)status.st_size;
    return CK_OK;
}

ck_status ck_input_open(ck_error *error, ck_input *input, const char *path, uint64_t offset, uint64_t size,
                        uint64_t hint) {
    char *bytes = input->bytes;
    size_t room = input->room;
    *input = (ck_input){.path = path, .file = -1, .size = size, .hint = hint, .offset = offset, .bytes = bytes,
                        .room = room};
    if (ck_input_is_gz(path)) {
        input->gz = gzopen(path, "rbe");
        if (input->gz)
            gzbuffer(input->gz, READ_BYTES);
    } else {
        input->file = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (!input->gz && input->file < 0)
        return fail_reading(error, path, errno ? strerror(errno) : "out of memory");
    return CK_OK;
}

static void slide(ck_input *input) {
    if (input->begin == 0)
        return;
    memmove(input->bytes, input->bytes + input->begin, input->end - input->begin);
    input->end -= input->begin;
    input->begin = 0;
}

static ck_status read_gz(ck_error *error, ck_input *input, size_t want) {
    int got = gzread(input->gz, input->bytes + input->end, (unsigned)want);
    int code = Z_OK;
    const char *why = gzerror(input->gz, &code);
    if (got < 0 || (got < (int)want && code != Z_OK && code != Z_STREAM_END)) {
        bool cut = code == Z_BUF_ERROR;
        return fail_reading(error, input->path, cut ? "it ends too early, so it is not a whole .gz file" : why);
    }
    input->end += (size_t)got;
    input->at_end = got == 0;
    return CK_OK;
}

static ck_status read_plain(ck_error *error, ck_input *input, size_t want) {
    uint64_t at = input->offset + (input->end - input->begin);
    if (input->hint > at + LEAST_BYTES && want > input->hint - at + LEAST_BYTES)
        want = (size_t)(input->hint - at) + LEAST_BYTES;
    if (want > input->size - at)
        want = (size_t)(input->size - at);
    if (want == 0) {
        input->at_end = true;
        return CK_OK;
    }
    ssize_t got;
    do
        got = pread(input->file, input->bytes + input->end, want, (off_t)at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_reading(error, input->path, strerror(errno));
    if (got == 0)
        return fail_reading(error, input->path, "it became shorter while it was read");
    input->end += (size_t)got;
    return CK_OK;
}

ck_status ck_input_more(ck_error *error, ck_input *input) {
    slide(input);
    if (ck_stop_check(error) != CK_OK || ck_grow(error, &input->bytes, &input->room, input->end + READ_BYTES, 1) != CK_OK)
        return error->status;
    if (ck_fault(CK_FAULT_READ))
        return fail_reading(error, input->path, strerror(errno));
    /* A window that grew for one long record is filled a piece at a time all the same. */
    return input->gz ? read_gz(error, input, READ_BYTES) : read_plain(error, input, READ_BYTES);
}

void ck_input_close(ck_input *input) {
    if (input->gz)
        gzclose_r(input->gz);
    else if (input->bytes && input->file >= 0)
        close(input->file);
    input->gz = NULL;
    input->file = -1;
}

void ck_input_free(ck_input *input) {
    ck_input_close(input);
    ck_free(input->bytes);
    *input = (ck_input){.file = -1};
}

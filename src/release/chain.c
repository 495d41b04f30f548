#include "release/chain.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char before_previous[] = ",\"previous\":\"", before_own[] = "\",\"sha256\":\"";
enum { TAIL = sizeof before_own - 1 + CK_CHAIN_TEXT - 1 + 2 }; /* ","sha256":"<64>"} */

static void digest_of(const char *text, size_t n, char digest[CK_CHAIN_TEXT]) {
    uint8_t bytes[CK_DIGEST];
    crypto_hash_sha256(bytes, (const unsigned char *)text, n);
    ck_digest_text(bytes, false, digest);
}

/* ---- verifying ---- */

/* Does the line fit behind one whose SHA-256 is `last`? It becomes the last. */
static const char *judge_line(const char *line, size_t n, uint64_t number, char last[CK_CHAIN_TEXT]) {
    char begin[40], own[CK_CHAIN_TEXT];
    size_t nbegin = (size_t)snprintf(begin, sizeof begin, "{\"line\":%" PRIu64 ",", number), link = sizeof before_previous - 1 + CK_CHAIN_TEXT - 1;
    if (n < nbegin + link + TAIL || memcmp(line + n - TAIL, before_own, sizeof before_own - 1) != 0 || memcmp(line + n - 2, "\"}", 2) != 0)
        return "is not as it was written";
    digest_of(line, n - TAIL, own);
    if (memcmp(line + n - TAIL + sizeof before_own - 1, own, CK_CHAIN_TEXT - 1) != 0)
        return "was changed";
    const char *previous = line + n - TAIL - link;
    if (memcmp(line, begin, nbegin) != 0 || memcmp(previous, before_previous, sizeof before_previous - 1) != 0 ||
        memcmp(previous + sizeof before_previous - 1, last, CK_CHAIN_TEXT - 1) != 0)
        return "does not follow on the line before it: a line was removed, put in or moved";
    memcpy(last, own, CK_CHAIN_TEXT);
    return NULL;
}

static ck_status verify_text(ck_error *error, const char *path, const char *text, size_t n, uint64_t *lines, char last[CK_CHAIN_TEXT]) {
    *lines = 0;
    memset(last, '0', CK_CHAIN_TEXT - 1);
    last[CK_CHAIN_TEXT - 1] = 0;
    for (size_t at = 0; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t length = end ? (size_t)(end - text) - at : n - at;
        const char *why = end ? judge_line(text + at, length, *lines + 1, last) : "does not end";
        if (why)
            return ck_fail(error, CK_DATA, "File %s, line %" PRIu64 " %s.", path, *lines + 1, why);
        ++*lines;
        at += length + 1;
    }
    return *lines ? CK_OK : ck_fail(error, CK_DATA, "File %s is empty: its lines were removed.", path);
}

ck_status ck_chain_verify(ck_error *error, const char *path, uint64_t *lines, char last[CK_CHAIN_TEXT]) {
    char *text = NULL;
    size_t n = 0;
    if (ck_file_read(error, path, &text, &n) == CK_OK)
        verify_text(error, path, text, n, lines, last);
    ck_free(text);
    return error->status;
}

/* ---- appending ---- */

/* Number and SHA-256 of the last line that is there, whether or not it fits: a log that was edited goes on, and says so when it is verified. Half a line,
 * which a crash may leave, is one too. */
static ck_status read_end(ck_error *error, const char *path, uint64_t *lines, bool *half, char last[CK_CHAIN_TEXT]) {
    char *text = NULL;
    size_t n = 0;
    if (ck_file_read(error, path, &text, &n) != CK_OK)
        return error->status;
    *lines = 0;
    memset(last, '0', CK_CHAIN_TEXT - 1);
    last[CK_CHAIN_TEXT - 1] = 0;
    for (size_t i = 0; i < n; i++)
        *lines += text[i] == '\n';
    *half = n && text[n - 1] != '\n';
    *lines += *half;
    if (n >= CK_CHAIN_TEXT + 2 && text[n - 1] == '\n')
        memcpy(last, text + n - 1 - 2 - (CK_CHAIN_TEXT - 1), CK_CHAIN_TEXT - 1);
    for (size_t i = 0; i + 1 < CK_CHAIN_TEXT; i++)
        if (!strchr("0123456789abcdef", last[i]))
            last[i] = '0';
    ck_free(text);
    return error->status;
}

static ck_status fail(ck_error *error, const char *path) {
    return ck_fail(error, CK_FILE, "'%s' cannot be written: %s.", path, strerror(errno));
}

/* All of the line or nothing: what comes after half a line could never be verified. */
static ck_status write_line(ck_error *error, int file, const char *path, const char *line, size_t n) {
    struct stat before;
    size_t done = 0;
    ssize_t written = fstat(file, &before);
    while (written >= 0 && done < n && (written = write(file, line + done, n - done)) > 0)
        done += (size_t)written;
    if (done == n && fsync(file) == 0)
        return CK_OK;
    fail(error, path);
    if (done && ftruncate(file, before.st_size) != 0)
        ck_log(CK_LOG_WARN, "'%s' ends in half a line, which cannot be taken back.", path);
    return error->status;
}

/* A pipe under the log's name would be waited for. @return -1 with the error */
static int open_log(ck_error *error, const char *path) {
    struct stat info;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (file >= 0 && fstat(file, &info) == 0 && S_ISREG(info.st_mode))
        return file;
    if (file < 0)
        fail(error, path);
    else
        ck_fail(error, CK_FILE, "'%s' cannot be written: it is no file.", path);
    if (file >= 0)
        close(file);
    return -1;
}

ck_status ck_chain_append(ck_error *error, const char *path, const char *members) {
    char last[CK_CHAIN_TEXT], own[CK_CHAIN_TEXT], *line = NULL;
    uint64_t lines = 0;
    bool half = false;
    int file = open_log(error, path);
    if (file < 0)
        return error->status;
    flock(file, LOCK_EX); /* two commands may end at once */
    size_t room = strlen(members) + 64 + sizeof before_previous + CK_CHAIN_TEXT + TAIL + 3;
    if (read_end(error, path, &lines, &half, last) == CK_OK && (line = ck_alloc(error, room, 1))) {
        char *begin = line + half;
        *line = '\n'; /* only behind half a line */
        int n = snprintf(begin, room - 1, "{\"line\":%" PRIu64 ",%s%s%s", lines + 1, members, before_previous, last);
        digest_of(begin, (size_t)n, own);
        n += snprintf(begin + n, room - 1 - (size_t)n, "%s%s\"}\n", before_own, own);
        write_line(error, file, path, line, (size_t)n + half);
    }
    ck_free(line);
    close(file);
    return error->status;
}

ck_status ck_chain_hash_file(ck_error *error, int file, const char *path, char digest[CK_CHAIN_TEXT]) {
    crypto_hash_sha256_state state;
    unsigned char chunk[1 << 14];
    uint8_t bytes[CK_DIGEST];
    ssize_t n;
    crypto_hash_sha256_init(&state);
    while ((n = read(file, chunk, sizeof chunk)) > 0)
        crypto_hash_sha256_update(&state, chunk, (size_t)n);
    if (n < 0)
        return ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    crypto_hash_sha256_final(&state, bytes);
    ck_digest_text(bytes, false, digest);
    return CK_OK;
}

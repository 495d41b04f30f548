#include "store/run_file.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/out_file.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MAGIC[8] = "CKRUN 1";

typedef struct header {
    char magic[8], stamp[CK_RUN_STAMP];
    uint64_t units, nitems, item_bytes;
    uint64_t counts[CK_RUN_COUNTS];
} header;

static uint64_t count_blocks(uint64_t nitems) {
    return (nitems + CK_RUN_BLOCK - 1) / CK_RUN_BLOCK;
}

static uint64_t items_of_block(const ck_run *run, uint64_t block) {
    uint64_t left = run->nitems - block * CK_RUN_BLOCK;
    return left < CK_RUN_BLOCK ? left : CK_RUN_BLOCK;
}

/* Of everything before the items. */
static uint64_t hash_head(const header *head, const uint64_t *done, const uint64_t *sums) {
    uint64_t hash = ck_hash_bytes(head, sizeof *head, 0);
    hash = ck_hash_bytes(done, ck_run_words(head->units) * sizeof *done, hash);
    return ck_hash_bytes(sums, count_blocks(head->nitems) * sizeof *sums, hash);
}

/* --- writing ------------------------------------------------------------------------------------------- */

ck_status ck_run_write(ck_error *error, const char *path, const char *stamp, const ck_run *run, const void *items) {
    uint64_t nblocks = count_blocks(run->nitems), *sums = ck_alloc(error, nblocks, sizeof *sums);
    ck_out_file out = {0};
    header head = {.units = run->units, .nitems = run->nitems, .item_bytes = run->item_bytes};
    memcpy(head.magic, MAGIC, sizeof head.magic);
    strncpy(head.stamp, stamp, sizeof head.stamp - 1);
    memcpy(head.counts, run->counts, sizeof head.counts);
    for (uint64_t b = 0; sums && b < nblocks; b++)
        sums[b] = ck_hash_bytes((const char *)items + b * CK_RUN_BLOCK * run->item_bytes, items_of_block(run, b) * run->item_bytes, b);
    if (error->status == CK_OK && ck_out_open(error, path, &out) == CK_OK) {
        uint64_t hash = hash_head(&head, run->done, sums);
        fwrite(&head, sizeof head, 1, out.stream);
        fwrite(run->done, sizeof *run->done, ck_run_words(run->units), out.stream);
        fwrite(sums, sizeof *sums, nblocks, out.stream);
        fwrite(&hash, sizeof hash, 1, out.stream);
        if (run->nitems)
            fwrite(items, run->item_bytes, run->nitems, out.stream);
        ck_out_commit(error, &out);
    }
    ck_out_close(&out);
    ck_free(sums);
    return error->status;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static ck_status fail_damaged(const ck_run_file *file, ck_error *error) {
    return ck_fail(error, CK_FILE, "'%s' is damaged; remove it, and what it held is done again.", file->path);
}

static bool read_at(const ck_run_file *file, uint64_t at, void *bytes, uint64_t n) {
    char *to = bytes;
    while (n > 0) {
        ssize_t got = ck_fault(CK_FAULT_READ) ? -1 : pread(file->file, to, n, (off_t)at);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return false;
        if (got > 0) {
            to += got;
            at += (uint64_t)got;
            n -= (uint64_t)got;
        }
    }
    return true;
}

static ck_status wake(ck_run_file *file, ck_error *error) {
    if (file->file < 0)
        file->file = ck_fault(CK_FAULT_READ) ? -1 : open(file->path, O_RDONLY | O_CLOEXEC);
    return file->file >= 0 ? CK_OK : ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", file->path, strerror(errno));
}

/* Does the size of the file agree with what its header says? */
static bool fits(const ck_run_file *file, const header *head) {
    struct stat facts;
    if (fstat(file->file, &facts) != 0 || head->units > (uint64_t)facts.st_size * 8 || head->nitems > (uint64_t)facts.st_size)
        return false;
    uint64_t words = ck_run_words(head->units) + count_blocks(head->nitems) + 1;
    return (uint64_t)facts.st_size == sizeof *head + 8 * words + head->nitems * head->item_bytes;
}

static ck_status read_head(ck_run_file *file, ck_error *error, const char *stamp, size_t item_bytes) {
    header head;
    uint64_t hash;
    if (!read_at(file, 0, &head, sizeof head) || memcmp(head.magic, MAGIC, sizeof head.magic) != 0 || head.item_bytes != item_bytes ||
        strncmp(head.stamp, stamp, sizeof head.stamp) != 0 || !fits(file, &head))
        return fail_damaged(file, error);
    size_t words = ck_run_words(head.units), nblocks = (size_t)count_blocks(head.nitems);
    file->run = (ck_run){.units = head.units, .nitems = head.nitems, .item_bytes = item_bytes};
    memcpy(file->run.counts, head.counts, sizeof head.counts);
    file->run.done = ck_alloc(error, words, sizeof *file->run.done);
    file->sums = ck_alloc(error, nblocks, sizeof *file->sums);
    if (error->status != CK_OK)
        return error->status;
    uint64_t sums_at = sizeof head + 8 * words;
    file->items_at = sums_at + 8 * nblocks + sizeof hash;
    if (!read_at(file, sizeof head, file->run.done, 8 * words) || !read_at(file, sums_at, file->sums, 8 * nblocks) ||
        !read_at(file, file->items_at - sizeof hash, &hash, sizeof hash) || hash != hash_head(&head, file->run.done, file->sums))
        return fail_damaged(file, error);
    return CK_OK;
}

ck_status ck_run_open(ck_error *error, const char *path, const char *stamp, size_t item_bytes, ck_run_file *file) {
    *file = (ck_run_file){.file = -1, .path = ck_copy_string(error, path)};
    if (file->path && wake(file, error) == CK_OK)
        read_head(file, error, stamp, item_bytes);
    if (error->status != CK_OK)
        ck_run_close(file);
    return error->status;
}

/* Have a block at hand. */
static ck_status hold_block(ck_run_file *file, ck_error *error, uint64_t block) {
    if (file->block_held == block + 1)
        return CK_OK;
    const ck_run *run = &file->run;
    uint64_t bytes = items_of_block(run, block) * run->item_bytes;
    if (!file->block)
        file->block = ck_alloc(error, CK_RUN_BLOCK, run->item_bytes);
    file->block_held = 0;
    if (!file->block || wake(file, error) != CK_OK)
        return error->status;
    if (!read_at(file, file->items_at + block * CK_RUN_BLOCK * run->item_bytes, file->block, bytes) ||
        ck_hash_bytes(file->block, bytes, block) != file->sums[block])
        return fail_damaged(file, error);
    file->block_held = block + 1;
    return CK_OK;
}

ck_status ck_run_read(ck_run_file *file, ck_error *error, uint64_t begin, uint64_t n, void *items) {
    char *to = items;
    for (uint64_t at = begin, end = begin + n; at < end;) {
        uint64_t block = at / CK_RUN_BLOCK, stop = (block + 1) * CK_RUN_BLOCK;
        stop = stop < end ? stop : end;
        if (hold_block(file, error, block) != CK_OK)
            return error->status;
        size_t bytes = (size_t)(stop - at) * file->run.item_bytes;
        memcpy(to, (const char *)file->block + (at - block * CK_RUN_BLOCK) * file->run.item_bytes, bytes);
        to += bytes;
        at = stop;
    }
    return CK_OK;
}

void ck_run_rest(ck_run_file *file) {
    if (file->path && file->file >= 0)
        close(file->file);
    ck_free(file->block);
    file->file = -1;
    file->block = NULL;
    file->block_held = 0;
}

void ck_run_close(ck_run_file *file) {
    ck_run_rest(file);
    ck_free(file->run.done);
    ck_free(file->sums);
    ck_free(file->path);
    *file = (ck_run_file){.file = -1};
}

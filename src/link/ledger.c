#include "link/ledger.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/out_file.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char FOLDER[] = "unfinished";
static const double SAVE_SECONDS = 60;
enum { NAME = sizeof *(((ck_ledger *)0)->name) };

/* --- names --------------------------------------------------------------------------------------------- */

/* FOLDER/unfinished, or a file in it. The caller frees. */
static char *path_of(ck_error *error, const char *folder, const char *name) {
    size_t n = strlen(folder) + sizeof FOLDER + strlen(name) + 2;
    char *path = ck_alloc(error, n, 1);
    if (path)
        snprintf(path, n, "%s/%s%s%s", folder, FOLDER, *name ? "/" : "", name);
    return path;
}

static void name_run(const ck_ledger *ledger, int rank, uint32_t number, char name[NAME]) {
    snprintf(name, NAME, "%s-%s-%04u-%06d-%06u.run", ledger->place.kind, ledger->place.stamp, ledger->session, rank, number);
}

static bool starts_with(const char *text, const char *start, const char *then) {
    size_t n = strlen(start);
    return strncmp(text, start, n) == 0 && strncmp(text + n, then, strlen(then)) == 0;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void remove_file(const char *folder, const char *name) {
    ck_error error = {0};
    char *path = path_of(&error, folder, name);
    if (path)
        unlink(path);
    ck_free(path);
}

static DIR *open_folder(ck_error *error, const char *folder) {
    char *path = path_of(error, folder, "");
    DIR *list = path ? opendir(path) : NULL;
    ck_free(path);
    return list;
}

void ck_ledger_forget(const char *folder, const char *kind) {
    ck_error error = {0};
    DIR *list = open_folder(&error, folder);
    for (struct dirent *entry; list && (entry = readdir(list));)
        if (starts_with(entry->d_name, kind, "-"))
            remove_file(folder, entry->d_name);
    if (list)
        closedir(list);
    char *path = path_of(&error, folder, "");
    if (path)
        rmdir(path);
    ck_free(path);
}

/* --- opening ------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b) {
    return strcmp(a, b);
}

/* The runs that are there, by name; those of the kind that are of no use any more are removed. Rank 0. */
static ck_status find_runs(ck_ledger *ledger, ck_error *error) {
    const ck_run_place *place = &ledger->place;
    size_t room = 0;
    char own[64];
    snprintf(own, sizeof own, "-%s-", place->stamp);
    DIR *list = open_folder(error, place->folder);
    for (struct dirent *entry; list && error->status == CK_OK && (entry = readdir(list));) {
        if (!starts_with(entry->d_name, place->kind, "-"))
            continue;
        if (!starts_with(entry->d_name, place->kind, own) || !ends_with(entry->d_name, ".run") || strlen(entry->d_name) >= NAME)
            remove_file(place->folder, entry->d_name);
        else if (ck_grow(error, &ledger->name, &room, ledger->nruns + 1, NAME) == CK_OK)
            memcpy(ledger->name[ledger->nruns++], entry->d_name, strlen(entry->d_name) + 1);
    }
    if (list)
        closedir(list);
    if (ledger->nruns) {
        qsort(ledger->name, ledger->nruns, NAME, compare_names);
        const char *last = ledger->name[ledger->nruns - 1] + strlen(place->kind) + strlen(own);
        ledger->session = 1 + (uint32_t)strtoul(last, NULL, 10);
    }
    return error->status;
}

/* Every rank knows what rank 0 found. Collective. */
static ck_status share_names(ck_ledger *ledger, ck_error *error) {
    uint32_t facts[2] = {ledger->nruns, ledger->session};
    ck_par_broadcast(ledger->comm, 0, facts, sizeof facts);
    ledger->session = facts[1];
    if (ledger->comm->rank != 0)
        ledger->name = ck_alloc(error, facts[0], NAME);
    if (ck_par_agree(ledger->comm, error) == CK_OK) {
        ledger->nruns = facts[0];
        ck_par_broadcast(ledger->comm, 0, ledger->name, (size_t)facts[0] * NAME);
    }
    return error->status;
}

ck_status ck_ledger_open_run(const ck_ledger *ledger, ck_error *error, uint32_t i, ck_run_file *file) {
    char *path = path_of(error, ledger->place.folder, ledger->name[i]);
    if (path)
        ck_run_open(error, path, ledger->place.stamp, ledger->item_bytes, file);
    ck_free(path);
    return error->status;
}

/* Units of this rank's share of the runs; how often they are named. */
static ck_status read_done(const ck_ledger *ledger, ck_error *error, uint64_t *done, uint64_t *named) {
    uint64_t units = ledger->first[ledger->npasses];
    for (uint32_t i = (uint32_t)ledger->comm->rank; i < ledger->nruns; i += (uint32_t)ledger->comm->size) {
        ck_run_file file;
        if (ck_ledger_open_run(ledger, error, i, &file) != CK_OK)
            return error->status;
        if (file.run.units != units)
            ck_fail(error, CK_FILE, "'%s' is of other units of work; remove it.", file.path);
        for (size_t w = 0; error->status == CK_OK && w < ck_run_words(units); w++) {
            done[w] |= file.run.done[w];
            *named += (uint64_t)__builtin_popcountll(file.run.done[w]);
        }
        ck_run_close(&file);
    }
    return error->status;
}

/* What is done, whoever's run says so. Runs share no unit, so their bits may be added. Collective. */
static ck_status take_runs(ck_ledger *ledger, ck_error *error) {
    uint64_t units = ledger->first[ledger->npasses], named = 0;
    uint64_t *done = ck_alloc_zero(error, ck_run_words(units), sizeof *done);
    if (done)
        read_done(ledger, error, done, &named);
    if (ck_par_agree(ledger->comm, error) == CK_OK) {
        ck_par_sum(ledger->comm, done, ck_run_words(units));
        ck_par_sum(ledger->comm, &named, 1);
        for (uint64_t u = 0; u < units; u++)
            if (done[u / 64] >> (u % 64) & 1) {
                ledger->state[u] = CK_UNIT_SAVED;
                ledger->saved_units++;
            }
        if (named != ledger->saved_units)
            ck_fail(error, CK_FILE, "The runs in '%s/%s' hold the same work twice; remove that folder, and it is done again.",
                    ledger->place.folder, FOLDER);
    }
    ck_free(done);
    return ck_par_agree(ledger->comm, error);
}

static double save_seconds(void) {
    const char *text = getenv("CARRICK_SAVE_SECONDS");
    double seconds = text ? strtod(text, NULL) : 0;
    return seconds > 0 ? seconds : SAVE_SECONDS;
}

ck_status ck_ledger_open(const ck_comm *comm, ck_error *error, const ck_run_place *place, size_t item_bytes, const uint32_t *nunits,
                         uint32_t npasses, ck_ledger *ledger) {
    *ledger = (ck_ledger){.comm = comm, .place = *place, .item_bytes = item_bytes, .npasses = npasses};
    for (uint32_t p = 0; p < npasses; p++)
        ledger->first[p + 1] = ledger->first[p] + nunits[p];
    ledger->state = ck_alloc_zero(error, ledger->first[npasses], sizeof *ledger->state);
    ledger->next_save = ck_clock_seconds() + save_seconds();
    if (place->folder && comm->rank == 0)
        find_runs(ledger, error);
    if (ck_par_agree(comm, error) == CK_OK && place->folder && share_names(ledger, error) == CK_OK && ledger->nruns > 0 &&
        take_runs(ledger, error) == CK_OK)
        ck_log(CK_LOG_INFO, "%s: %.0f %% of the work was done before, and is not done again", place->kind,
               100 * (double)ledger->saved_units / (double)(ledger->first[npasses] ? ledger->first[npasses] : 1));
    if (error->status != CK_OK)
        ck_ledger_close(ledger);
    return error->status;
}

void ck_ledger_close(ck_ledger *ledger) {
    ck_free(ledger->state);
    ck_free(ledger->name);
    *ledger = (ck_ledger){0};
}

/* --- saving -------------------------------------------------------------------------------------------- */

bool ck_ledger_is_due(const ck_ledger *ledger) {
    return ck_ledger_keeps(ledger) && ck_clock_seconds() > ledger->next_save;
}

/* The bits of what is done and not saved. @return how many */
static uint64_t list_done(const ck_ledger *ledger, uint64_t *done) {
    uint64_t n = 0;
    for (uint64_t u = 0; u < ledger->first[ledger->npasses]; u++)
        if (ledger->state[u] == CK_UNIT_DONE) {
            done[u / 64] |= UINT64_C(1) << (u % 64);
            n++;
        }
    return n;
}

static ck_status write_run(ck_ledger *ledger, ck_error *error, const ck_run *run, const void *items) {
    char name[NAME];
    name_run(ledger, ledger->comm->rank, ledger->written, name);
    char *folder = path_of(error, ledger->place.folder, ""), *path = path_of(error, ledger->place.folder, name);
    if (folder && path && ck_folder_make(error, folder) == CK_OK && ck_run_write(error, path, ledger->place.stamp, run, items) == CK_OK)
        ledger->written++;
    ck_free(folder);
    ck_free(path);
    return error->status;
}

ck_status ck_ledger_save(ck_ledger *ledger, ck_error *error, const uint64_t *counts, const void *items, uint64_t n) {
    uint64_t units = ledger->first[ledger->npasses];
    ck_run run = {.units = units, .nitems = n, .item_bytes = ledger->item_bytes};
    run.done = ck_alloc_zero(error, ck_run_words(units), sizeof *run.done);
    memcpy(run.counts, counts, ledger->npasses * sizeof *counts);
    if (run.done && list_done(ledger, run.done) > 0 && write_run(ledger, error, &run, items) == CK_OK)
        for (uint64_t u = 0; u < units; u++)
            if (ledger->state[u] == CK_UNIT_DONE)
                ledger->state[u] = CK_UNIT_SAVED;
    ck_free(run.done);
    ledger->next_save = ck_clock_seconds() + save_seconds();
    return error->status;
}

bool ck_ledger_has_runs(const ck_ledger *ledger) {
    uint64_t runs = ledger->nruns + ledger->written;
    ck_par_sum(ledger->comm, &runs, 1);
    return runs > 0;
}

ck_status ck_ledger_list(ck_ledger *ledger, ck_error *error) {
    uint32_t *written = NULL, n = ledger->nruns;
    uint64_t *offset = NULL;
    size_t room = ledger->nruns;
    if (ck_par_gather_all(ledger->comm, error, &ledger->written, sizeof ledger->written, (void **)&written, &offset) == CK_OK) {
        for (int r = 0; r < ledger->comm->size; r++)
            n += written[r];
        if (ck_grow(error, &ledger->name, &room, n, NAME) == CK_OK)
            for (int r = 0; r < ledger->comm->size; r++)
                for (uint32_t k = 0; k < written[r]; k++)
                    name_run(ledger, r, k, ledger->name[ledger->nruns++]);
    }
    ck_free(written);
    ck_free(offset);
    return ck_par_agree(ledger->comm, error);
}

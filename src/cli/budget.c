#include "cli/budget.h"
#include "base/memory.h"
#include "base/size.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t smaller(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* A number in a file of one line; UINT64_MAX for "max", or when there is none. */
static uint64_t read_number(const char *path) {
    uint64_t value = UINT64_MAX;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%" SCNu64, &value) != 1)
        value = UINT64_MAX;
    if (file)
        fclose(file);
    return value;
}

/* The least limit of a control group and those above it; `group` is cut short. */
static uint64_t group_limit(const char *root, char *group, const char *name) {
    uint64_t limit = UINT64_MAX;
    char path[2048];
    for (;;) {
        snprintf(path, sizeof path, "%s%s/%s", root, group, name);
        limit = smaller(limit, read_number(path));
        char *slash = strrchr(group, '/');
        if (!slash)
            return limit;
        *slash = 0;
    }
}

/* Lines of /proc/self/cgroup: "0::/path" (version 2), "5:memory:/path" (version 1). */
static uint64_t read_groups(void) {
    uint64_t limit = UINT64_MAX;
    char line[1024];
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *kind = strchr(line, ':'), *path = kind ? strchr(kind + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = 0;
        if (kind[1] == 0)
            limit = smaller(limit, group_limit("/sys/fs/cgroup", path, "memory.max"));
        else if (strstr(kind + 1, "memory"))
            limit = smaller(limit, group_limit("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"));
    }
    if (file)
        fclose(file);
    return limit;
}

/* Slurm counts in MiB. */
static uint64_t read_slurm(void) {
    const char *node = getenv("SLURM_MEM_PER_NODE"), *cpu = getenv("SLURM_MEM_PER_CPU"), *cpus = getenv("SLURM_CPUS_ON_NODE");
    uint64_t mib = node ? strtoull(node, NULL, 10) : cpu && cpus ? strtoull(cpu, NULL, 10) * strtoull(cpus, NULL, 10) : 0;
    return mib ? mib << 20 : UINT64_MAX; /* --mem=0 asks for all of the node */
}

static uint64_t read_machine(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
}

/* Ranks on this node. Collective. */
static ck_status count_neighbours(const ck_comm *comm, ck_error *error, uint64_t *ranks) {
    char host[256] = "", *all;
    uint64_t *offset;
    gethostname(host, sizeof host - 1);
    *ranks = 0;
    if (ck_par_gather_all(comm, error, host, sizeof host, (void **)&all, &offset))
        return error->status;
    for (int r = 0; r < comm->size; r++)
        *ranks += memcmp(all + (size_t)r * sizeof host, host, sizeof host) == 0;
    ck_free(all);
    ck_free(offset);
    return CK_OK;
}

ck_status ck_budget_choose(const ck_comm *comm, ck_error *error, const char *asked, uint64_t *bytes) {
    uint64_t ranks;
    *bytes = 0;
    if (asked)
        return ck_size_parse(error, "--memory", asked, bytes);
    if (count_neighbours(comm, error, &ranks))
        return error->status;
    uint64_t limit = smaller(read_slurm(), smaller(read_groups(), read_machine()));
    *bytes = limit == UINT64_MAX ? 0 : limit / 8 * 7 / ranks;
    return CK_OK;
}

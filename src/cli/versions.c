#include "base/hash.h"
#include "cli/versions.h"
#include <gnu/libc-version.h>
#include <stdio.h>
#include <utf8proc.h>
#include <yaml.h>
#include <zlib.h>

json_t *ck_versions(const ck_cli *cli) {
    char xxhash[32];
    unsigned number = XXH_versionNumber();
    snprintf(xxhash, sizeof xxhash, "%u.%u.%u", number / 10000, number / 100 % 100, number % 100);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "carrick", CARRICK_VERSION, "mpi", ck_par_library(), "hdf5",
                     ck_h5_library(), "xxhash", xxhash, "libyaml", yaml_get_version_string(), "jansson", JANSSON_VERSION,
                     "utf8proc", utf8proc_version(), "zlib", zlibVersion(), "libc", gnu_get_libc_version(), "instruction_set",
                     ck_kernels_name(cli->kernels));
}

void ck_version_print(const ck_cli *cli) {
    json_t *versions = ck_versions(cli), *value;
    const char *name;
    json_object_foreach(versions, name, value)
        printf("%-16s %s\n", name, json_string_value(value));
    json_decref(versions);
    printf("%-16s", "compiled in");
    for (const char *const *isa = ck_kernels_list(); *isa; isa++)
        printf(" %s", *isa);
    printf("\n%-16s %d x %u\n", "ranks x threads", cli->comm.size, cli->threads);
}

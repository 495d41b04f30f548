/** carrick rules: the presets of deterministic rules, to be read and copied. */
#include "cli/command.h"
#include "job/rule_preset.h"
#include <stdio.h>
#include <string.h>

/** A line each: the name, and what its file says of itself first. */
static void print_presets(void) {
    for (const ck_rule_preset *preset = ck_rule_presets; preset->name; preset++) {
        const char *says = preset->text + strspn(preset->text, "# ");
        size_t name = strlen(preset->name);
        if (strncmp(says, preset->name, name) == 0)
            says += name + strspn(says + name, ": ");
        printf("%-12s %.*s\n", preset->name, (int)strcspn(says, "\n"), says);
    }
}

ck_status ck_cmd_rules(ck_cli *cli, ck_error *error) {
    const char *name = cli->options.nwords ? cli->options.word[0] : NULL;
    const ck_rule_preset *preset = name ? ck_rule_preset_find(name) : NULL;
    const char *nearest = name && !preset ? ck_rule_preset_nearest(name) : NULL;
    if (name && !preset)
        return ck_fail(error, CK_USAGE, "No preset of rules is called '%s'%s%s%s; 'carrick rules' lists them.", name, nearest ? " (did you mean '" : "",
                       nearest ? nearest : "", nearest ? "'?)" : "");
    if (cli->comm.rank == 0 && preset)
        fputs(preset->text, stdout);
    else if (cli->comm.rank == 0)
        print_presets();
    return CK_OK;
}

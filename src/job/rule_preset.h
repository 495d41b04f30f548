/** Presets of rules: files of jobs/rules, compiled in (cmake/rules.cmake). A preset names columns of its own, with what it knows of them, steps, and
 *  perhaps a trace. Local. */
#ifndef CK_JOB_RULE_PRESET_H
#define CK_JOB_RULE_PRESET_H
#include "job/shape.h"

typedef struct ck_rule_preset {
    const char *name, *text; /**< the file as it is */
} ck_rule_preset;

extern const ck_rule_preset ck_rule_presets[]; /**< ends with a name of NULL */

/** NULL when there is none. */
const ck_rule_preset *ck_rule_preset_find(const char *name);
/** Nearest known name, or NULL. */
const char *ck_rule_preset_nearest(const char *name);

/** {preset: hesid, columns: {sex: gender}} of a job whose sources are checked becomes {steps: [...]} of the job's columns. */
ck_status ck_rule_preset_expand(ck_error *error, const ck_shaper *shaper, ck_node *map);
/** {preset: mps, index: pds} likewise becomes the trace that the preset holds; what the job says itself stays. */
ck_status ck_trace_preset_expand(ck_error *error, const ck_shaper *shaper, ck_node *map);

#endif

/** Ready ladders: what `preset:` stands for. The resolved job writes them out. Local. */
#ifndef CK_JOB_PRESET_H
#define CK_JOB_PRESET_H
#include <stddef.h>
#include <stdint.h>

enum { CK_PRESET_LEVELS = 8 };

/** In every text $1, $2 and $3 stand for the columns of `on`. */
typedef struct ck_preset_level {
    const char *when;
    const char *frequency; /**< column of the term-frequency adjustment, or NULL */
} ck_preset_level;

typedef struct ck_preset {
    const char *name;
    uint32_t least_columns, most_columns;
    const char *null;                         /**< NULL: the usual null level */
    ck_preset_level level[CK_PRESET_LEVELS];  /**< ends with when = NULL */
    ck_preset_level third;                    /**< takes the place of the first level when `on` has three columns */
} ck_preset;

/** NULL when there is none of that name. */
const ck_preset *ck_preset_find(const char *name);
/** Names, ending with NULL; and the presets, in the same order. */
extern const char *const ck_preset_words[];
const ck_preset *ck_preset_at(size_t i);

#endif

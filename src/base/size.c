#include "base/size.h"
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char units[] = "KMGT";

/** What stands behind the number: its factor, 0 when it is no unit. */
static double factor_of(const char *suffix) {
    while (*suffix == ' ')
        suffix++;
    if (!*suffix)
        return 1;
    const char *unit = strchr(units, toupper((unsigned char)*suffix));
    if (!unit)
        return strcasecmp(suffix, "b") == 0;
    suffix++;
    bool whole = !*suffix || strcasecmp(suffix, "b") == 0 || strcasecmp(suffix, "ib") == 0;
    return whole ? ldexp(1, 10 * (int)(unit - units + 1)) : 0;
}

ck_status ck_size_parse(ck_error *error, const char *what, const char *text, uint64_t *bytes) {
    char *end;
    double number = *text >= '0' && *text <= '9' ? strtod(text, &end) : 0;
    double size = number > 0 ? number * factor_of(end) : 0;
    if (!(size >= 1 && size < 0x1p63))
        return ck_fail(error, CK_USAGE, "%s needs a size such as 512M or 2G, not '%s'.", what, text);
    *bytes = (uint64_t)size;
    return CK_OK;
}

const char *ck_size_text(uint64_t bytes, char text[CK_SIZE_TEXT]) {
    double size = (double)bytes;
    int unit = -1;
    for (; size >= 1024 && unit < 3; unit++)
        size /= 1024;
    if (unit < 0)
        snprintf(text, CK_SIZE_TEXT, "%.0f B", size);
    else
        snprintf(text, CK_SIZE_TEXT, size < 100 ? "%.1f %ciB" : "%.0f %ciB", size, units[unit]);
    return text;
}

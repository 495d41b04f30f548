#include "synth/shape.h"
#include <string.h>

static const ck_shape *const shapes[] = {&ck_shape_tower_hamlets, &ck_shape_care_city, &ck_shape_social_care, &ck_shape_looked_after, &ck_shape_commissioning};
enum { SHAPES = sizeof shapes / sizeof *shapes };

const ck_shape *ck_shape_find(const char *name) {
    for (int s = 0; s < SHAPES; s++)
        if (strcmp(shapes[s]->name, name) == 0)
            return shapes[s];
    return NULL;
}

const ck_shape *ck_shape_at(uint32_t i) {
    return i < SHAPES ? shapes[i] : NULL;
}

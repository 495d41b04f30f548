#include "synth/shape.h"
#include <string.h>

static const ck_shape *const shapes[] = {&ck_shape_tower_hamlets};
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

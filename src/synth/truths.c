#include "synth/truths.h"
#include "synth/columns.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const ck_writer_file ck_truth_files[CK_TRUTHS] = {
    [CK_TRUTH_ROWS] = {"truth.csv", "source,id,entity\n"},
    [CK_TRUTH_ERRORS] = {"errors.csv", "source,id,field,error\n"},
    [CK_TRUTH_PERSONS] = {"persons.csv", "entity,forename,surname,former_surname,birth_date,sex,community,nhs_number,death_date,opted_out,resident,mother,father\n"},
    [CK_TRUTH_HOUSEHOLDS] = {"households.csv", "entity,household,kind,size,uprn,postcode,lsoa,since\n"},
    [CK_TRUTH_OPT_OUTS] = {"opt_out_nhs_numbers.txt", ""},
};

#define CK_MISTAKE_TEXT(id, field, text) {field, text},
static const char *const mistakes[CK_MISTAKE_COUNT][2] = {CK_MISTAKES(CK_MISTAKE_TEXT)};
#undef CK_MISTAKE_TEXT

void ck_truth_row(ck_lines *rows, ck_lines *errors, const ck_cell *cell, const ck_entry *entry) {
    const char *source = cell->world->shape->sources[entry->source].name;
    if (ck_lines_begin(rows, entry->row)) {
        ck_lines_field(rows, source);
        ck_lines_field(rows, entry->id);
        ck_lines_format(rows, "%" PRIu64, ck_life_person(cell, entry->life));
        ck_lines_end(rows);
    }
    for (int m = 0; m < CK_MISTAKE_COUNT; m++) {
        if (!(entry->mistakes >> m & 1) || !ck_lines_begin(errors, entry->row))
            continue;
        ck_lines_field(errors, source);
        ck_lines_field(errors, entry->id);
        ck_lines_field(errors, mistakes[m][0]);
        ck_lines_field(errors, mistakes[m][1]);
        ck_lines_end(errors);
    }
}

/* ---- households ---- */

static bool lives_in(const ck_cell *cell, uint32_t i, uint8_t home) {
    return cell->life[i].home == home;
}

static bool has_parent_in(const ck_cell *cell, uint32_t i, uint8_t home) {
    uint8_t mother = cell->life[i].mother, father = cell->life[i].father;
    return (mother != CK_NOBODY && lives_in(cell, mother, home)) || (father != CK_NOBODY && lives_in(cell, father, home));
}

static bool has_grandparent_in(const ck_cell *cell, uint32_t i, uint8_t home) {
    uint8_t mother = cell->life[i].mother, father = cell->life[i].father;
    return (mother != CK_NOBODY && has_parent_in(cell, mother, home)) || (father != CK_NOBODY && has_parent_in(cell, father, home));
}

static const char *household_kind(const ck_cell *cell, uint8_t home, uint32_t size) {
    uint32_t partners = 0, children = 0, grandchildren = 0;
    if (home >= CK_CELL_HOMES)
        return "care_home";
    if (size == 1)
        return "one_person";
    for (uint32_t i = 0; i < cell->lives; i++) {
        if (!lives_in(cell, i, home))
            continue;
        partners += cell->life[i].partner != CK_NOBODY && lives_in(cell, cell->life[i].partner, home);
        children += has_parent_in(cell, i, home);
        grandchildren += has_grandparent_in(cell, i, home);
    }
    if (grandchildren > 0)
        return "three_generations";
    if (partners == 2 && partners + children == size)
        return children ? "couple_with_children" : "couple";
    if (partners == 0 && children + 1 == size)
        return "lone_parent";
    return partners + children == 0 ? "sharers" : "other";
}

static void print_household(ck_lines *lines, const ck_cell *cell, uint32_t life) {
    const ck_world *world = cell->world;
    uint8_t home = cell->life[life].home;
    uint64_t dwelling = ck_life_dwelling(cell, life, world->quarter);
    bool care = home >= CK_CELL_HOMES;
    ck_place place;
    ck_area area;
    char since[32];
    if (!ck_lines_begin(lines, ck_hash_mix(ck_life_person(cell, life) * CK_GOLDEN)))
        return;
    uint32_t quarter = world->quarter;
    while (!care && quarter > 0 && cell->dwelling[home][quarter - 1] == dwelling)
        quarter--;
    if (quarter < cell->life[life].stay[cell->life[life].stays - 1].quarter)
        quarter = cell->life[life].stay[cell->life[life].stays - 1].quarter;
    ck_print_days("%Y-%m-%d", world->begins[quarter], since);
    ck_place_of(world, dwelling, &place);
    ck_place_area(world, place.unit, &area);
    ck_lines_format(lines, "%" PRIu64, ck_life_person(cell, life));
    ck_lines_format(lines, "%c%" PRIu64, care ? 'i' : 'h', care ? dwelling - world->dwellings : cell->number * CK_CELL_HOMES + home);
    ck_lines_field(lines, household_kind(cell, home, care ? 2 : cell->occupants[home]));
    ck_lines_format(lines, "%.0u", care ? 0 : cell->occupants[home]);
    ck_lines_field(lines, place.uprn);
    ck_lines_field(lines, place.postcode);
    ck_lines_field(lines, area.lsoa);
    ck_lines_field(lines, since);
    ck_lines_end(lines);
}

/* ---- people ---- */

static void print_relative(ck_lines *lines, const ck_cell *cell, uint8_t relative) {
    if (relative == CK_NOBODY)
        ck_lines_field(lines, "");
    else
        ck_lines_format(lines, "%" PRIu64, ck_life_person(cell, relative));
}

static void print_person(ck_lines *lines, const ck_cell *cell, uint32_t life, const char *nhs, bool opted_out) {
    uint32_t n;
    const ck_world *world = cell->world;
    const ck_life *person = &cell->life[life];
    const char *surname = ck_life_surname(person, world->quarter);
    char birth[32], death[32] = "", sex[2] = {person->sex, 0};
    ck_print_days("%Y-%m-%d", person->birth, birth);
    if (person->death != CK_ALIVE)
        ck_print_days("%Y-%m-%d", person->death, death);
    if (!ck_lines_begin(lines, ck_hash_mix(ck_life_person(cell, life) * CK_GOLDEN)))
        return;
    ck_lines_format(lines, "%" PRIu64, ck_life_person(cell, life));
    ck_lines_field(lines, person->forename);
    ck_lines_field(lines, surname);
    ck_lines_field(lines, surname == person->surname ? "" : person->surname);
    ck_lines_field(lines, birth);
    ck_lines_field(lines, sex);
    ck_lines_field(lines, ck_communities(&n)[person->community].name);
    ck_lines_field(lines, nhs);
    ck_lines_field(lines, death);
    ck_lines_field(lines, opted_out ? "1" : "0");
    ck_lines_field(lines, person->home == CK_HOME_GONE ? "0" : "1");
    print_relative(lines, cell, person->mother);
    print_relative(lines, cell, person->father);
    ck_lines_end(lines);
}

void ck_truth_life(ck_lines *const *lines, const ck_cell *cell, uint32_t life, bool has_rows) {
    const ck_world *world = cell->world;
    uint64_t person = ck_life_person(cell, life);
    bool resident = cell->life[life].home != CK_HOME_GONE;
    if (!resident && !has_rows)
        return;
    char nhs[11];
    ck_person_nhs(world, person, nhs);
    bool opted_out = ck_person_opt_out(world, person) <= world->quarter;
    print_person(lines[CK_TRUTH_PERSONS], cell, life, nhs, opted_out);
    if (resident)
        print_household(lines[CK_TRUTH_HOUSEHOLDS], cell, life);
    if (opted_out && nhs[0] && ck_lines_begin(lines[CK_TRUTH_OPT_OUTS], ck_hash_mix(person * CK_GOLDEN))) {
        ck_lines_field(lines[CK_TRUTH_OPT_OUTS], nhs);
        ck_lines_end(lines[CK_TRUTH_OPT_OUTS]);
    }
}

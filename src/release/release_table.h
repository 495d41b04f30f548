/** A release in memory, before it is written: tables of coarse values, each row of a person. One dictionary for all. Local.
 *
 *      ck_release release = {0};
 *      ck_release_begin(&error, &release, 1, persons);         then ck_release_add_column for each column of release.table[0]
 *      ck_release_add_row(&error, table, person, code);        code[columns], from ck_intern_add(&release.values, ...)
 *      ck_small_groups(&error, &release, &rule, &counts);
 *      ck_release_order(&error, &release, table, key, &order, &n);   rows by person key: no row tells its place in an extract
 *
 *  Code 0 is the empty text: missing, or blanked. */
#ifndef CK_RELEASE_RELEASE_TABLE_H
#define CK_RELEASE_RELEASE_TABLE_H
#include "base/text.h"
#include "condition/intern.h"
#include "release/secret.h"

typedef struct ck_release_table {
    char *name;
    uint32_t ncolumns;
    char **column;       /**< [ncolumns] names */
    uint32_t **code;     /**< [ncolumns][rows] numbers of values */
    size_t *code_room;
    uint64_t rows;
    bool of_households;  /**< rows are of households, and have no person's key */
    uint32_t *person;    /**< [rows] 0..persons-1; of a table of households, 0..households-1 */
    size_t person_room;
} ck_release_table;

typedef struct ck_release {
    ck_intern values;    /**< value 0 is the empty text */
    uint32_t ntables;
    ck_release_table *table;
    uint64_t persons;    /**< of the index; a person may have no row here */
    uint64_t *id;        /**< [persons] the ids that last, borrowed */
    uint64_t *household; /**< [persons] number of the household + 1, 0: none; NULL: no household key is written. Borrowed */
    bool *withheld;      /**< [persons] not to be written */
    uint64_t households;
    bool *household_out; /**< [households] rows of its properties are written: ck_release_choose_households, ck_small_homes. NULL where no household key is */
} ck_release;

ck_status ck_release_begin(ck_error *error, ck_release *release, uint32_t ntables, uint64_t persons);
ck_status ck_release_add_column(ck_error *error, ck_release_table *table, const char *name);
ck_status ck_release_add_row(ck_error *error, ck_release_table *table, uint32_t person, const uint32_t *code);
void ck_release_free(ck_release *release);

/** Classes of persons that are equal in the named columns must hold `k` persons at least. The value of a column is the set of values that a person has in it over
 *  all tables (rows of one person can be joined by the person key). Persons of smaller classes have their columns blanked, in the order of `blank`, until
 *  their class is large enough; those for which that is not enough are withheld with all their rows. */
typedef struct ck_small_rule {
    uint64_t k;          /**< 2 or more */
    uint32_t nof, nblank; /**< nblank <= CK_BLANK_MOST */
    char **of, **blank;  /**< names of columns; `blank` are among `of` */
} ck_small_rule;
enum { CK_BLANK_MOST = 32 };
typedef struct ck_small_counts {
    uint64_t owners, small, withheld; /**< persons, or homes: with rows; in small classes at first; withheld in the end */
    uint64_t blanked[CK_BLANK_MOST];  /**< [nblank] whose column was blanked */
    uint64_t classes, smallest;       /**< that are released; owners in the smallest */
} ck_small_counts;
/** CK_USAGE for a column that no table has. */
ck_status ck_small_groups(ck_error *error, ck_release *release, const ck_small_rule *rule, ck_small_counts *counts);

/** Which households go out: those of which a person has a row that does; all, where no table is of persons. After ck_small_groups, which looks at no table of households. */
ck_status ck_release_choose_households(ck_error *error, ck_release *release);
/** The same for homes, the households that go out, by what others may know of an address. What is known of a home is, in each table, the rows that say something in
 *  the named columns: of a table of households each row, of others the distinct ones of all its persons. Homes of smaller classes have columns blanked in
 *  both; those for which that is not enough lose the rows of tables of households and all named columns of their persons' rows, and are with the homes of
 *  which nothing goes out a class that is not small either. After ck_release_choose_households. */
ck_status ck_small_homes(ck_error *error, ck_release *release, const ck_small_rule *rule, ck_small_counts *counts);
/** Is the row written? */
static inline bool ck_release_goes(const ck_release *release, const ck_release_table *table, uint64_t row) {
    return table->of_households ? release->household_out[table->person[row]] : !release->withheld[table->person[row]];
}
/** Rows of a table that are not withheld. */
uint64_t ck_release_count_rows(const ck_release *release, const ck_release_table *table);

/** HMAC-SHA-256 of the person's id under the release's key, its first 16 bytes as 32 hexadecimal digits. */
enum { CK_RELEASE_KEY_TEXT = 33 };
void ck_release_person_key(const ck_secret *key, uint64_t id, char text[CK_RELEASE_KEY_TEXT]);

/** Rows to be written, by the person key, then by what they say: order[n] row numbers. The caller frees. */
ck_status ck_release_order(ck_error *error, const ck_release *release, const ck_release_table *table, const ck_secret *key, uint64_t **order, uint64_t *n);

#endif

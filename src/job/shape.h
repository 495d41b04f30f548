/** The shape of the job file as tables: one row a key. The same rows check a job, fill in what it leaves out, set the
 *  fields of ck_job, print the reference in docs/job.md, and say which stage reads a key. To add a key, add a row to
 *  keys.c and, unless it is a plain field, what reads it in a build_*.c.
 *
 *  Checking rewrites the tree into its canonical form: short forms become mappings, defaults are written out,
 *  numbers and words get one spelling, paths become absolute, keys stand in the order of their table. Printed, that
 *  tree is job.resolved.yaml; read again it stays as it is. Local.
 */
#ifndef CK_JOB_SHAPE_H
#define CK_JOB_SHAPE_H
#include "job/node.h"

typedef enum ck_key_type {
    CK_KEY_TEXT,    /**< char * */
    CK_KEY_NAME,    /**< char *: letters, digits and _, not beginning with a digit */
    CK_KEY_PATH,    /**< char *: a file; made absolute */
    CK_KEY_FLAG,    /**< bool */
    CK_KEY_COUNT,   /**< uint64_t or uint32_t: a whole number in [least, most] */
    CK_KEY_NUMBER,  /**< double in [least, most] */
    CK_KEY_WORD,    /**< enum: the number of one of `words` */
    CK_KEY_BYTE,    /**< char: one character, or "tab" */
    CK_KEY_TEXTS,   /**< char ** and uint32_t: a list of texts, or one text */
    CK_KEY_PATHS,   /**< likewise, files */
    CK_KEY_NUMBERS, /**< a list of numbers; null leaves one out */
    CK_KEY_TABLE,   /**< a mapping of `table` */
    CK_KEY_TABLES,  /**< a list of them */
    CK_KEY_NAMED,   /**< a mapping from names to them */
    CK_KEY_FLAGS    /**< a mapping from texts to true or false */
} ck_key_type;

/** Stages that read a key: ck_job_part. */
enum { CK_READ_INGEST = 1, CK_READ_TRAIN = 2, CK_READ_LINK = 4, CK_READ_CLUSTER = 8, CK_READ_EVALUATE = 16,
       CK_READ_CHOOSE = 32, CK_READ_PERSONS = 64 };

typedef struct ck_table ck_table;

typedef struct ck_key {
    const char *name;
    ck_key_type type;
    bool required;
    const char *standard;     /**< the default as YAML, or NULL: stays absent */
    const char *help;         /**< one sentence for the reference */
    double least, most;       /**< of numbers; both 0 = any */
    const char *const *words; /**< of CK_KEY_WORD, ending with NULL; of CK_KEY_TABLES: words that may stand in the place of the list */
    const ck_table *table;
    unsigned stages;          /**< of top-level keys: CK_READ_* */
    size_t size;              /**< of the field that is set from it; 0 = something else reads it */
    size_t offset;            /**< of the field in the table's struct */
    size_t count_offset;      /**< of the uint32_t count of a list */
} ck_key;

/** What checking carries along. */
typedef struct ck_shaper {
    ck_doc *doc;
    const char *folder; /**< absolute; relative paths of the job begin here */
} ck_shaper;

/** Rewrites a mapping whose keys are known, before their values are looked at: other ways to write a thing. */
typedef ck_status ck_rewrite(ck_error *error, const ck_shaper *shaper, ck_node *map);

struct ck_table {
    const char *name;       /**< heading in the reference */
    const char *short_key;  /**< a value that is no mapping stands for {short_key: value}; NULL: a mapping is needed */
    const ck_key *key;
    size_t nkeys;
    ck_rewrite *rewrite;    /**< may be NULL */
    const char *help;       /**< for the reference */
    bool open;              /**< there may be other keys, which somebody else looks at */
};

/** Check `node` against a table and rewrite it. `path` is where it stands. CK_USAGE: one sentence with file, line, path
 *  and, for a word that is not known, the nearest one that is. */
ck_status ck_shape_table(ck_error *error, const ck_shaper *shaper, const ck_table *table, ck_node *node, const char *path);
/** Set the fields of `object` that the table's rows name from a checked mapping; texts are copied (ck_shape_free). */
ck_status ck_shape_fill(ck_error *error, const ck_table *table, const ck_node *map, void *object);
/** Free what ck_shape_fill set, or a part of it; accepts a zeroed struct. */
void ck_shape_free(const ck_table *table, void *object);
/** The short form that stands at `path` ("blocking[]") becomes its mapping when `key` is not its own. */
ck_status ck_shape_lift(ck_error *error, ck_doc *doc, const ck_table *top, ck_node *node, const char *path);
/** A node that is no mapping becomes {short_key: node}. */
ck_status ck_lift_short(ck_error *error, ck_doc *doc, const ck_table *table, ck_node *node);
/** Fail with "<what> '<word>' is not known; did you mean ...?", or all known words when none is near. */
ck_status ck_node_fail_unknown(ck_error *error, const ck_doc *doc, const ck_node *node, const char *what, const char *word,
                          const char *const *words, size_t n);
/** The reference of a table and of all tables below it, as Markdown. Caller frees. */
ck_status ck_shape_reference(ck_error *error, const ck_table *top, char **text);

/** The number of a scalar, NAN when it is none. */
double ck_node_number(const ck_node *node);

#endif

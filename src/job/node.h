/** The job file as a tree of nodes, each of which knows where it was written.
 *
 *  A node is a scalar, a list or a mapping with text keys. Aliases are expanded; a scalar keeps its text, and its
 *  meaning is given by the key it stands under, never guessed from its looks (`missing: [NULL]` is the text NULL).
 *  All nodes and texts belong to their document and go with it. Local.
 *
 *      ck_doc doc = {0};
 *      if (ck_doc_read(&error, &doc, text, "job.yaml") == CK_OK) floor = ck_node_get(doc.root, "floor");
 *      ck_doc_free(&doc);
 */
#ifndef CK_JOB_NODE_H
#define CK_JOB_NODE_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ck_node_kind { CK_NODE_SCALAR, CK_NODE_LIST, CK_NODE_MAP } ck_node_kind;

typedef struct ck_node ck_node;

typedef struct ck_entry {
    const char *key; /**< NULL in lists */
    uint32_t line;   /**< of the key */
    ck_node *value;
} ck_entry;

struct ck_node {
    ck_node_kind kind;
    bool plain;         /**< a scalar without quotes */
    uint32_t line;      /**< counted from 1 */
    const char *origin; /**< the override that wrote it ("floor=-20"), or NULL: the file */
    const char *path;   /**< where it stands: "blocking[1].where"; "" for the root */
    const char *text;   /**< of a scalar */
    size_t n, room;
    ck_entry *entry;    /**< [n] of a list or mapping */
};

typedef struct ck_doc_block ck_doc_block;

typedef struct ck_doc {
    const char *file;  /**< name for messages */
    const char *folder; /**< where its relative paths begin, once a job was checked */
    ck_node *root;
    uint32_t nodes;
    ck_doc_block *blocks;  /**< all memory, newest first */
} ck_doc;

enum { CK_DOC_NODES_MAX = 200000, CK_DOC_DEPTH_MAX = 32 };

/** Parse YAML text. CK_USAGE naming file and line for a syntax error, a second document, a key given twice, a key
 *  that is no text, a document nested or expanded beyond all use. `file` is copied. Free the document also after an error. */
ck_status ck_doc_read(ck_error *error, ck_doc *doc, const char *text, const char *file);
/** Parse the text of one value into `doc`, every node marked with `origin`. */
ck_status ck_doc_read_value(ck_error *error, ck_doc *doc, const char *text, const char *origin, ck_node **value);
/** One "key=value" of the command line: dotted keys, [i] for list items (the number after the last appends); mappings
 *  that are missing are made. `lift`, given `top`, turns a short form into its mapping before a key is set in it, or does nothing. */
typedef ck_status ck_lift(ck_error *error, ck_doc *doc, const void *top, ck_node *node, const char *path, const char *key);
ck_status ck_doc_override(ck_error *error, ck_doc *doc, const char *override, ck_lift *lift, const void *top);
void ck_doc_free(ck_doc *doc);

/** Memory that lives as long as the document, zeroed. */
void *ck_doc_take(ck_error *error, ck_doc *doc, size_t bytes);
char *ck_doc_print(ck_error *error, ck_doc *doc, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** A new node that stands where `near` stands (line, origin). */
ck_node *ck_node_new(ck_error *error, ck_doc *doc, ck_node_kind kind, const ck_node *near);
ck_node *ck_node_scalar(ck_error *error, ck_doc *doc, const char *text, const ck_node *near);
ck_status ck_node_append(ck_error *error, ck_doc *doc, ck_node *list, ck_node *value);
/** Set or replace a key. */
ck_status ck_node_set(ck_error *error, ck_doc *doc, ck_node *map, const char *key, ck_node *value);
ck_node *ck_node_get(const ck_node *map, const char *key); /**< NULL when absent */
void ck_node_remove(ck_node *map, const char *key);
/** No value was written: nothing after the colon, ~ or null. */
bool ck_node_is_null(const ck_node *node);
/** "a mapping", "a list", "a single value". */
const char *ck_node_kind_name(const ck_node *node);

/** Fail with "job.yaml:12: blocking[1].where: <sentence>" (or "--set <override>: ..."). */
ck_status ck_node_fail(ck_error *error, const ck_doc *doc, const ck_node *node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** As ck_node_fail, with CK_FILE. */
ck_status ck_node_fail_file(ck_error *error, const ck_doc *doc, const ck_node *node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** Carry the failure `inner` of another room to `error`, with the node's place before its sentence. */
ck_status ck_node_carry(ck_error *error, const ck_doc *doc, const ck_node *node, const ck_error *inner);

/** The tree as YAML text in one canonical style: mappings in blocks, lists of scalars on one line. Caller frees. */
ck_status ck_node_write(ck_error *error, const ck_node *node, char **text);

#endif

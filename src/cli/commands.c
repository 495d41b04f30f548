#include "base/text.h"
#include "cli/command.h"
#include <string.h>

#define BIT(name) (UINT64_C(1) << CK_OPTION_##name)
#define COMMON (BIT(THREADS) | BIT(ISA) | BIT(QUIET) | BIT(JSON_LOG) | BIT(SHOW_VALUES))
#define STAGE (BIT(OUT) | BIT(SET) | BIT(FORCE) | BIT(STRICT) | COMMON)
#define TRUTH (BIT(TRUTH) | BIT(ID) | BIT(ENTITY) | BIT(SOURCE))

const ck_command ck_command_table[] = {
    {"run", "JOB.yaml|FILE...", 1, CK_WORDS_MAX, "Link from extracts to a person index",
     "Walks the stages ingest, train, link, cluster and, when the job names truth, evaluate. A stage whose inputs and options "
     "have not changed is skipped. Everything is written into one result folder (docs/outputs.md), from which the job also "
     "runs again: JOB.yaml may be such a folder.\n\nWithout a job, the words are extracts (CSV files): the job is set up as by 'carrick init', and "
     "kept as job.yaml in the result folder.",
     "carrick run job.yaml --out result\ncarrick run gp.csv council.csv --out result\nmpirun -n 4 carrick run job.yaml --out result --set threshold.match=0.95", STAGE | BIT(PREVIOUS) | BIT(MEMORY), ck_cmd_run},
    {"update", "JOB.yaml", 1, 1, "Bring the last index up to date with new extracts",
     "As 'carrick run', at the cost of what is new: rows whose source, id and linkage values are what they were keep their links, and new and changed rows "
     "are compared with all, with the model and the value frequencies of the last run. Persons keep their ids, and ids.csv tells what changed. The job's "
     "sources name the new extracts, and its rules and comparisons are those of the last run. --index is left as it is (docs/update.md).",
     "carrick update job.yaml --index 2026-06 --out 2026-09 --set as_of=2026-10-01", STAGE | BIT(INDEX) | BIT(RETRAIN) | BIT(MEMORY), ck_cmd_update},
    {"init", "FILE...", 1, CK_WORDS_MAX, "Set up a job from extracts alone",
     "Reads each CSV file (or .gz) and writes a job that runs as it stands: delimiter, encoding, ids, the meaning and kind of every column, how "
     "dates are written, which values mean missing, which files hold a person once, and which columns are left out. Beside each guess "
     "stands its evidence: counts and shares, never a person's value (docs/init.md). A truth among the columns is not used.",
     "carrick init register.csv > job.yaml\ncarrick init gp.csv council.csv.gz --out job.yaml", BIT(OUT_FILE) | COMMON, ck_cmd_init},
    {"synth", "", 0, 0, "Make up a region with truth",
     "The people are made up; a seed gives the same bytes on any number of ranks.\n\nThe shapes plain and families are one file of rows: records.csv, truth.csv "
     "and a job.yaml that links them. Other shapes are regions with years, in the extracts of their systems: tower-hamlets, care-city, "
     "nwl-social-care, nwl-looked-after, nwc; with truth about rows, people, households and errors, and shape.json, which lists the files (docs/synth.md).",
     "carrick synth --rows 200000 --seed 7 --out region\ncarrick synth --shape tower-hamlets --people 30000 --out borough\ncarrick synth --shape tower-hamlets --people 30000 --quarter 2 --out later",
     BIT(OUT_REGION) | BIT(ROWS) | BIT(SEED) | BIT(PEOPLE) | BIT(SHAPE) | BIT(QUARTER) | COMMON, ck_cmd_synth},
    {"ingest", "JOB.yaml", 1, 1, "Read, check and clean the extracts",
     "Writes people.h5 (cleaned columns as codes and dictionaries) and, where rows are rejected, rejects.csv.",
     "carrick ingest job.yaml --out result", STAGE, ck_cmd_stage},
    {"profile", "DIR", 1, 1, "Show what cleaning did to each column",
     "Prints for every source and column how many rows hold a value, how many distinct values there are, and how many values were "
     "changed or dropped and why. With --show-values the most frequent values too. DIR may be a job file: it is ingested first.",
     "carrick profile result", BIT(OUT) | BIT(SET) | BIT(FORCE) | BIT(JSON) | COMMON, ck_cmd_profile},
    {"choose", "DIR", 1, 1, "Choose rules and comparisons where the job says auto",
     "Writes chosen.yaml: the job with comparisons and blocking rules in place of `auto`, each rule with what it is expected to bring; and "
     "choice.json. No labels are needed: matches are told from pairs that strong keys bring together, and what a rule would cost is "
     "counted on all records (docs/choose.md). Only as many pairs are made as `budget:` allows.",
     "carrick choose result\ncarrick choose result --set budget=100 && carrick run result/chosen.yaml", STAGE, ck_cmd_stage},
    {"rules", "[NAME]", 0, 1, "Print the presets of deterministic rules",
     "Lists the presets that `rules: NAME` of a job takes, or prints one as it is, to be read and copied: which columns it wants, its steps in order, and where they are "
     "published (docs/rules.md).",
     "carrick rules\ncarrick rules hesid > my-rules.yaml", COMMON, ck_cmd_rules},
    {"trace", "JOB.yaml", 1, 1, "Find the number of each row that lacks one, in an index",
     "Ingests the extracts if that is not done, and looks for the rows of all other sources in the source that the job's `trace` names, by the steps that it says, such as those of the preset "
     "mps for NHS numbers. Writes trace.csv, a line a row: the number, the step that found it, the score and its parts, and a code for none and for several. 'carrick run' takes what is "
     "traced for decided (docs/trace.md). Of a job of stages, give the folder of the one that traces.",
     "carrick trace job.yaml --out result\ncarrick trace job.yaml --set trace='{preset: mps, index: pds}' --out result", STAGE, ck_cmd_trace},
    {"plan", "JOB.yaml", 1, 1, "Tell memory and time before anything is compared",
     "Ingests the data if that is not done (a later run uses it), counts blocks and pairs exactly, times the comparison of some of the real pairs, and "
     "tells what each stage will take, in memory of a rank and in time; what will not fit, and what to change. Writes plan.json and job.sbatch, a Slurm "
     "script for the ranks, nodes and threads that are planned for. With --memory, a plan that does not fit ends with exit code 6 and writes no script "
     "(docs/plan.md).",
     "carrick plan job.yaml --out result\ncarrick plan result --ranks 64 --nodes 8 --cpus 4 --memory 6G && sbatch result/job.sbatch",
     BIT(OUT) | BIT(SET) | BIT(FORCE) | BIT(RANKS) | BIT(NODES) | BIT(CPUS) | BIT(MEMORY_PLAN) | BIT(RATE) | COMMON, ck_cmd_plan},
    {"train", "DIR", 1, 1, "Estimate the model",
     "Prints the census of the blocks and writes model.json: the m and u probability of every comparison level, the prior, and how "
     "they were found.\n\n"
     "With --labels the pairs that people have judged take part in it (docs/methods.md), each for the pairs that it was drawn from where that is "
     "known. They stay in the folder as training-labels.csv and take part in every later training; without the file training is as before.",
     "carrick train result\ncarrick train result --labels reviewed.csv", STAGE | BIT(LABELS) | BIT(MEMORY), ck_cmd_stage},
    {"link", "DIR|INPUT.csv...", 1, CK_WORDS_MAX, "Compare and score the candidate pairs",
     "Writes links.h5: the pairs at or above the job's floor, with match weight, agreement pattern and blocking rule. Scores with "
     "model.json as it stands in the folder.\n\nWith --splink the words are CSV files, which are linked without a job file: link type, rules, "
     "levels, m and u are the Splink model's, every column is text, a file is the source of its name; then as 'carrick run'.",
     "mpirun -n 4 carrick link result\ncarrick link --splink model.json --out result a.csv b.csv", STAGE | BIT(SPLINK) | BIT(MEMORY), ck_cmd_stage},
    {"cluster", "DIR", 1, 1, "Put linked records together as persons",
     "Writes index.h5: the person of every record. With --previous (or `previous:` in the job) persons keep the ids of an earlier run, and ids.csv "
     "tells what became of the others (docs/update.md).",
     "carrick cluster result --threshold-weight 5", STAGE | BIT(THRESHOLD_WEIGHT) | BIT(PREVIOUS) | BIT(MEMORY), ck_cmd_stage},
    {"evaluate", "DIR", 1, 1, "Measure the links against truth",
     "Prints blocking recall, and precision, recall and F1 of pairs and of persons, with intervals, at the decision and at the best "
     "weight; writes evaluation.json. The truth is the job's, or --truth.\n\n"
     "With --by the same by subgroup of pairs and persons, with the reasons for which true pairs are missed; writes subgroups.json and "
     "subgroups.csv. Values of fewer than ten records are one group unless --show-values.\n\n"
     "With --labels the truth is pairs that people have looked at: precision and recall, and the share of matches by band of weight; each label "
     "counts as its sampling_weight says or, of a sample that 'carrick review' drew, for its share of its band; writes labels.json.",
     "carrick evaluate result\ncarrick evaluate result --truth truth.csv --id rec_id --entity entity_id --json\n"
     "carrick evaluate result --table weights.csv\ncarrick evaluate result --labels reviewed.csv\n"
     "carrick evaluate result --by 'sex,dob.prefix(3),source'",
     STAGE | TRUTH | BIT(TABLE) | BIT(BY) | BIT(LABELS) | BIT(JSON) | BIT(MEMORY), ck_cmd_stage},
    {"persons", "DIR", 1, 1, "Decide what is true of each person, and who lives with whom",
     "Writes persons.h5 (one value of each attribute that `person:` of the job names), disagreements.csv (how often each source says otherwise) and, "
     "with `households:`, households.h5. 'carrick run' does it after the index (docs/households.md).",
     "carrick persons result\ncarrick persons result --set households.institution=50", STAGE, ck_cmd_stage},
    {"households", "DIR", 1, 1, "Count households by size and type",
     "Prints households and their persons by size, institutions apart, people per household, and, where a date of birth is among the attributes of persons, "
     "types by ages: one adult, couple, with children, sharers (docs/households.md).",
     "carrick households result\ncarrick households result --as-of 2026-07-01 --json", BIT(AS_OF) | BIT(JSON) | COMMON, ck_cmd_households},
    {"population", "DIR", 1, 1, "Count persons by age, sex and area",
     "Writes CSV: persons who are born by the date and not dead on it, by age band, sex and area, or by any attributes that `person:` of the job names. The "
     "counts are as they are: publish them through 'carrick tabulate' (docs/households.md).",
     "carrick population result --as-of 2026-07-01 --lookup ONSPD.csv --out population.csv\ncarrick population result --by ethnicity,sex --residents",
     BIT(BY_PERSONS) | BIT(AS_OF) | BIT(LOOKUP) | BIT(RESIDENTS) | BIT(OUT_FILE) | COMMON, ck_cmd_population},
    {"explain", "DIR ID_A ID_B", 3, 3, "Take the weight of two records apart",
     "Prints what makes up the match weight of any two records, linked or not: the odds before anything is compared, one term for each "
     "comparison with the level that the pair reaches, one for term frequencies; their sum, the probability, and the rules that make "
     "the pair. Values are shown with --show-values only. Scores with model.json as it stands in the folder.",
     "carrick explain result 1017 2044\ncarrick explain result 17 17 --source-a gp --source-b council --json",
     BIT(SOURCE_A) | BIT(SOURCE_B) | BIT(JSON) | COMMON, ck_cmd_explain},
    {"estimate", "DIR", 1, 1, "Tell how good the links should be, without truth",
     "From the match probabilities and what the persons say of their pairs: expected matches, precision and recall of the links and of the persons, "
     "the rate of false links by band of weight, the matches that every blocking rule misses (capture and recapture by the rules), with "
     "intervals, and the records that could not link even to themselves. Writes estimates.json. It is as good as the model: "
     "docs/methods.md has a table of how far to trust it.",
     "carrick estimate result\ncarrick estimate result --json", BIT(BOOTSTRAP) | BIT(JSON) | COMMON, ck_cmd_estimate},
    {"describe", "DIR", 1, 1, "Tabulate what was linked and what was not, without truth",
     "Writes flow.csv (rows, records, pairs and links at each step), linked.csv (records with and without a partner, by source and by subgroup, "
     "with standardised differences), persons.csv (sizes, density and bridges), conflicts.csv (persons with several values of a column or "
     "several records of a source), patterns.csv (agreement patterns) and statement.md (what GUILD and RECORD ask for). With --suppress small "
     "counts are left out (docs/outputs.md).",
     "carrick describe result --by sex,postcode.area\ncarrick describe result --by sex --suppress 10 --out public",
     BIT(BY) | BIT(OUT_TABLES) | BIT(SUPPRESS) | COMMON, ck_cmd_describe},
    {"report", "DIR", 1, 1, "Make one page that tells what was done and how good it is",
     "Writes report.html: one HTML page that works without a network and prints, with the flow, records linked and not linked by group, match weights, the model, a few pairs taken "
     "apart, measures and estimates of quality, sizes of persons and households, what cleaning found, and the items of GUILD, RECORD and QAFDL. Charts stand beside the tables that they "
     "are drawn from. The page never holds a person's value. With --suppress small counts, and others that would tell them, are left out, for sharing (docs/report.md).",
     "carrick report result\ncarrick report result --suppress 10 --out public/report.html", BIT(BY) | BIT(OUT_REPORT) | BIT(SUPPRESS) | COMMON, ck_cmd_report},
    {"sensitivity", "DIR", 1, 1, "Tell how many persons change with the decision",
     "Clusters the links of the folder again at weights around the decision, and links and clusters again with models calibrated from "
     "resampled pairs; counts the persons and records that are not what they are in index.h5. Writes sensitivity.json.",
     "carrick sensitivity result --bootstrap 20", BIT(BOOTSTRAP) | BIT(JSON) | COMMON, ck_cmd_sensitivity},
    {"review", "sample|import DIR", 2, 2, "Let people judge a sample of pairs",
     "sample: draws pairs by band of match weight and writes pairs.csv and review.html, one page that works without a network and shows the "
     "records side by side, without scores; it needs --show-values. import: reads the answers that the page saved; prints how many pairs "
     "of each band are matches, precision and recall with intervals and, of two reviewers, kappa; writes review.json and, with --out, the "
     "decided pairs as labels (docs/review.md).",
     "carrick review sample result --n 300 --out clerical --show-values\ncarrick review import result --answers ann.csv --answers ben.csv",
     BIT(OUT_REVIEW) | BIT(PAIRS) | BIT(SEED_REVIEW) | BIT(ANSWERS) | BIT(JSON) | COMMON, ck_cmd_review},
    {"diff", "DIR1 DIR2", 2, 2, "Tell what changed from one run to another",
     "Rows of both folders are the same when source and id are. Counts the persons that were kept row for row, split, merged, retired and "
     "are new, and the links at the decision that went and came.",
     "carrick diff january february\ncarrick diff january february --json", BIT(JSON) | COMMON, ck_cmd_diff},
    {"pseudonymise", "CODING.yaml", 1, 1, "Code the identifiers of an extract at its source",
     "Writes the extract with coded columns in place of its identifiers: keyed pseudonyms (HMAC-SHA-256), OpenPseudonymiser digests, and CLK Bloom filters for "
     "approximate linking. Only columns that CODING.yaml names go out. It runs alone on the supplier's machine; every supplier uses the same file and key, and the "
     "coded extracts are linked with columns of kinds `pseudonym` and `clk` (docs/pseudonymise.md).",
     "carrick key project.key\ncarrick pseudonymise housing.coding.yaml --key project.key --out housing.coded.csv", BIT(OUT_FILE) | BIT(SET) | BIT(KEY) | BIT(KEY_FD) | COMMON,
     ck_cmd_pseudonymise},
    {"release", "RELEASE.yaml", 1, 1, "Write a de-personalised extract of linked data",
     "From a result folder's index and the sources' own files to CSV, SQLite and HDF5: a person key (and household key) that no other release has, and the columns that "
     "RELEASE.yaml names, made coarse as it says: ages for dates of birth, LSOAs for postcodes, months or shifted dates. A column that looks identifying is refused, small groups "
     "are blanked or withheld, and rows are in an order that tells nothing. The folder appears complete or not at all (docs/release.md).",
     "carrick release release.yaml --key key/release.key", BIT(SET) | BIT(KEY) | BIT(KEY_FD) | COMMON, ck_cmd_release},
    {"tabulate", "TABLE.yaml", 1, 1, "Count with small numbers hidden",
     "Counts the rows of a CSV file, such as a table of a release, or its distinct person keys, by one to four columns with all totals, under a rule for small numbers: which "
     "are hidden, whether 0 is shown, rounding, and hiding more until no hidden count can be computed from the rest (linear programmes). Presets: nhs-hes, ons-10-5, srs-10, under-5, "
     "five-or-fewer (docs/tabulate.md).",
     "carrick tabulate ages.yaml --out ages.csv", BIT(OUT_FILE) | BIT(SET) | COMMON, ck_cmd_tabulate},
    {"optout", "request|apply JOB.yaml", 2, 2, "Ask who is opted out, and look at the answer",
     "request: writes every distinct valid NHS number of the sources that the job's `optouts` apply to, one a line followed by a comma, as the check service for national data "
     "opt-outs wants it. apply: checks the list, or what was sent and what came back (nobody may come back who was not sent), and prints how many are opted out; "
     "'carrick run' leaves their rows out (docs/optouts.md).",
     "carrick optout request job.yaml --out sent.dat\ncarrick optout apply job.yaml --set optouts.sent=sent.dat --set optouts.returned=back.dat", BIT(OUT_FILE) | BIT(SET) | COMMON,
     ck_cmd_optout},
    {"audit", "verify|show DIR", 2, 2, "Check or print the audit log of a result folder",
     "verify: names the first line of audit.jsonl that was changed, removed or put in, or prints how many lines there are and the SHA-256 of the last, to be kept elsewhere. show: who "
     "ran what, when, and what came of it (docs/audit.md).",
     "carrick audit verify result\ncarrick audit show result", COMMON, ck_cmd_audit},
    {"purge", "", 0, 0, "Remove identifiable data and keys when their time is over",
     "Removes every file of the result folder, and the folder of the keys when it is named; releases in it and audit.jsonl stay, and purge.json tells names, sizes and SHA-256 of "
     "what was removed. One of --now, --before and --older-than says whether it is time; otherwise nothing is removed. Folders that are no results are refused, and symbolic links "
     "are never followed (docs/security.md).",
     "carrick purge --identifiable result --keys keys --older-than 92\ncarrick purge --identifiable result --now",
     BIT(IDENTIFIABLE) | BIT(KEYS) | BIT(NOW) | BIT(BEFORE) | BIT(OLDER_THAN) | COMMON, ck_cmd_purge},
    {"collate", "COLLATE.yaml", 1, 1, "Put all contacts of a person together",
     "From tables that have a person key, such as those of a release, to contacts in order: episodes of a stay (spell) become one contact, and an emergency admission within "
     "30 days of a discharge by any provider is a readmission. Writes contacts.csv, persons.csv and providers.csv (docs/collate.md).",
     "carrick collate collate.yaml\ncarrick collate collate.yaml --set days=7 --set out=week", BIT(SET) | COMMON, ck_cmd_collate},
    {"key", "FILE", 1, 1, "Make a key",
     "Writes 32 random bytes, as 64 hexadecimal digits, to a new file that only its owner can read. An existing file is never overwritten.",
     "carrick key project.key", COMMON, ck_cmd_key},
    {"export", "[links|index|people|persons|households] DIR", 1, 2, "Write a result as CSV, or a model for Splink",
     "links: source and id of both sides, match weight and probability, blocking rule, level of each comparison. index: the person "
     "of every row. people: the cleaned columns of every row. persons: the attributes of every person. households: the household of every person. Rows come in the canonical order of people.h5, the same bytes on any "
     "number of ranks. Where rows were collapsed into records, a link of two records is written for every pair of their rows.\n\n"
     "With --splink: rules, levels, m, u and prior as a model that Splink 4 and 5 load; levels that have no form there are named.",
     "carrick export links result --out links.csv\ncarrick export index result | head\ncarrick export --splink model.json result",
     BIT(OUT_FILE) | BIT(SPLINK_OUT) | COMMON, ck_cmd_export},
    {"digest", "FILE.h5...", 1, CK_WORDS_MAX, "Print a hash of every dataset of result files",
     "One line a dataset: file, dataset, number of elements, XXH3 of the values as 64-bit little-endian words. Equal lines mean "
     "equal data, whatever ranks, threads and instruction set made it.",
     "carrick digest result/people.h5 result/links.h5 result/index.h5", COMMON, ck_cmd_digest},
};
const uint32_t ck_commands = sizeof ck_command_table / sizeof *ck_command_table;

const ck_command *ck_command_find(const char *name) {
    for (uint32_t i = 0; i < ck_commands; i++)
        if (strcmp(ck_command_table[i].name, name) == 0)
            return &ck_command_table[i];
    return NULL;
}

const char *ck_command_nearest(const char *name) {
    const char *names[sizeof ck_command_table / sizeof *ck_command_table];
    for (uint32_t i = 0; i < ck_commands; i++)
        names[i] = ck_command_table[i].name;
    return ck_text_nearest(name, names, ck_commands);
}

/* Common short and pet forms of forenames in Britain: general knowledge. In order of the forename. */
#include "synth/names.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *forename;
    const char *forms[4];
} nickname_entry;

static const nickname_entry entries[] = {
    {"ABIGAIL", {"ABBIE", "ABI", "GAIL"}}, {"ALAN", {"AL"}}, {"ALBERT", {"BERT", "ALBIE", "BERTIE"}},
    {"ALEXANDER", {"ALEX", "SANDY", "XANDER", "ALEC"}}, {"ALEXANDRA", {"ALEX", "SANDRA", "LEXI"}},
    {"ALFRED", {"ALFIE", "FRED", "ALF"}}, {"ALICE", {"ALI"}}, {"ALISON", {"ALI"}}, {"AMANDA", {"MANDY"}},
    {"ANDREW", {"ANDY", "DREW"}}, {"ANGELA", {"ANGIE"}}, {"ANNE", {"ANNIE", "ANN"}}, {"ANTHONY", {"TONY", "ANT"}},
    {"ARTHUR", {"ART", "ARTIE"}}, {"BARBARA", {"BARB", "BABS"}}, {"BENJAMIN", {"BEN", "BENJI", "BENNY"}},
    {"BERNARD", {"BERNIE"}}, {"BRADLEY", {"BRAD"}}, {"BRIDGET", {"BRIDIE"}}, {"CAMERON", {"CAM"}},
    {"CAROLINE", {"CARRIE", "CARO"}}, {"CATHERINE", {"CATH", "KATE", "CATHY", "KATIE"}},
    {"CHARLES", {"CHARLIE", "CHAS", "CHUCK"}}, {"CHARLOTTE", {"CHARLIE", "LOTTIE"}},
    {"CHRISTINE", {"CHRIS", "TINA", "CHRISSIE"}}, {"CHRISTOPHER", {"CHRIS", "KIT", "TOPHER"}},
    {"CLIFFORD", {"CLIFF"}}, {"CONSTANCE", {"CONNIE"}}, {"DANIEL", {"DAN", "DANNY"}}, {"DANIELLE", {"DANI"}},
    {"DAVID", {"DAVE", "DAVEY"}}, {"DEBORAH", {"DEBBIE", "DEB"}}, {"DEBRA", {"DEBBIE"}}, {"DENISE", {"DEN"}},
    {"DENNIS", {"DEN"}}, {"DONALD", {"DON"}}, {"DOROTHY", {"DOT", "DOLLY", "DOTTIE"}}, {"DOUGLAS", {"DOUG"}},
    {"EDITH", {"EDIE"}}, {"EDWARD", {"TED", "EDDIE", "NED", "ED"}}, {"ELEANOR", {"ELLIE", "NELL", "NORA"}},
    {"ELIZABETH", {"LIZ", "BETTY", "BETH", "LIBBY"}}, {"ELLEN", {"NELLIE", "ELLIE"}}, {"EMILY", {"EM", "MILLIE"}},
    {"EMMA", {"EM"}}, {"ERNEST", {"ERNIE"}}, {"EUGENE", {"GENE"}}, {"EVELYN", {"EVIE"}},
    {"FLORENCE", {"FLO", "FLORRIE"}}, {"FRANCES", {"FRAN", "FRANKIE"}}, {"FRANCIS", {"FRANK"}},
    {"FRANK", {"FRANKIE"}}, {"FREDERICK", {"FRED", "FREDDIE"}}, {"GABRIEL", {"GABE"}}, {"GEOFFREY", {"GEOFF"}},
    {"GEORGE", {"GEORDIE"}}, {"GEORGINA", {"GEORGIE", "GINA"}}, {"GERALD", {"GERRY"}}, {"GERALDINE", {"GERRY"}},
    {"GILLIAN", {"GILL", "JILL"}}, {"GORDON", {"GORDIE"}}, {"GRAHAM", {"GRAY"}}, {"GREGORY", {"GREG"}},
    {"GWENDOLINE", {"GWEN"}}, {"HANNAH", {"HAN"}}, {"HAROLD", {"HARRY", "HAL"}}, {"HARRIET", {"HATTIE", "HARRIE"}},
    {"HARRY", {"HAZ"}}, {"HELEN", {"NELL"}}, {"HENRY", {"HARRY", "HAL"}}, {"HERBERT", {"BERT", "HERB"}},
    {"HILDA", {"HILDY"}}, {"HUGH", {"HUGHIE"}}, {"ISABELLA", {"BELLA", "IZZY"}}, {"ISABELLE", {"IZZY", "BELLE"}},
    {"JACK", {"JACKIE"}}, {"JACOB", {"JAKE"}}, {"JACQUELINE", {"JACKIE"}}, {"JAMES", {"JIM", "JIMMY", "JAMIE"}},
    {"JANET", {"JAN"}}, {"JANICE", {"JAN"}}, {"JEAN", {"JEANNIE"}}, {"JEFFREY", {"JEFF"}},
    {"JENNIFER", {"JENNY", "JEN"}}, {"JEREMY", {"JEZ", "JERRY"}}, {"JESSICA", {"JESS", "JESSIE"}},
    {"JOANNE", {"JO"}}, {"JOHN", {"JACK", "JOHNNY", "JON"}}, {"JONATHAN", {"JON", "JONNY"}}, {"JORDAN", {"JORDY"}},
    {"JOSEPH", {"JOE", "JOEY"}}, {"JOSEPHINE", {"JO", "JOSIE"}}, {"JOSHUA", {"JOSH"}}, {"JOYCE", {"JOY"}},
    {"JUDITH", {"JUDY"}}, {"JULIA", {"JULIE"}}, {"KAREN", {"KAZ"}}, {"KATHERINE", {"KATE", "KATIE", "KATHY"}},
    {"KATHLEEN", {"KATH", "KATHY"}}, {"KENNETH", {"KEN", "KENNY"}}, {"KIMBERLEY", {"KIM"}}, {"LAURA", {"LAURIE"}},
    {"LAUREN", {"LOZ"}}, {"LAWRENCE", {"LARRY", "LAURIE"}}, {"LEONARD", {"LEN", "LENNY"}}, {"LESLIE", {"LES"}},
    {"LEWIS", {"LEW"}}, {"LILIAN", {"LILY", "LIL"}}, {"LILLIAN", {"LILY", "LIL"}}, {"LINDA", {"LYN"}},
    {"LOUISE", {"LOU"}}, {"LUCY", {"LUCE", "LU"}}, {"MADELEINE", {"MADDIE"}},
    {"MARGARET", {"MAGGIE", "PEGGY", "MEG", "MARGE"}}, {"MARJORIE", {"MARGE", "MARGIE"}}, {"MARTIN", {"MARTY"}},
    {"MARY", {"MOLLY", "POLLY", "MAY"}}, {"MATTHEW", {"MATT", "MATTY"}}, {"MAUREEN", {"MO"}}, {"MAXWELL", {"MAX"}},
    {"MEGAN", {"MEG"}}, {"MICHAEL", {"MIKE", "MICK", "MICKY"}}, {"MICHELLE", {"SHELLEY", "MICHE"}},
    {"MILDRED", {"MILLIE"}}, {"MURIEL", {"MOO"}}, {"NATASHA", {"TASHA"}}, {"NATHAN", {"NATE", "NAT"}},
    {"NATHANIEL", {"NATE", "NATHAN"}}, {"NICHOLAS", {"NICK", "NICKY"}}, {"NICOLA", {"NICKY", "NIKKI"}},
    {"NICOLE", {"NIKKI"}}, {"NIGEL", {"NIGE"}}, {"NORMAN", {"NORM"}}, {"OLIVER", {"OLLIE", "OLI"}},
    {"OLIVIA", {"LIV", "LIVVY"}}, {"PAMELA", {"PAM"}}, {"PATRICIA", {"PAT", "TRISH", "PATSY", "TRICIA"}},
    {"PATRICK", {"PAT", "PADDY"}}, {"PAULINE", {"POLLY"}}, {"PENELOPE", {"PENNY"}}, {"PETER", {"PETE"}},
    {"PHILIP", {"PHIL", "PIP"}}, {"PHILLIP", {"PHIL", "PIP"}}, {"PHYLLIS", {"PHYL"}}, {"RACHEL", {"RACH", "RAE"}},
    {"RAYMOND", {"RAY"}}, {"REBECCA", {"BECKY", "BECCA"}}, {"REGINALD", {"REG", "REGGIE"}},
    {"RICHARD", {"RICK", "DICK", "RICH", "RICKY"}}, {"ROBERT", {"BOB", "ROB", "BOBBY", "ROBBIE"}},
    {"RODNEY", {"ROD"}}, {"ROGER", {"RODGE"}}, {"RONALD", {"RON", "RONNIE"}}, {"ROSEMARY", {"ROSE", "ROSIE"}},
    {"RUSSELL", {"RUSS"}}, {"SAMANTHA", {"SAM", "SAMMY"}}, {"SAMUEL", {"SAM", "SAMMY"}}, {"SANDRA", {"SANDIE"}},
    {"SARAH", {"SALLY", "SADIE"}}, {"SEBASTIAN", {"SEB"}}, {"SHARON", {"SHAZ"}}, {"SHEILA", {"SHE"}},
    {"SIDNEY", {"SID"}}, {"SIMON", {"SI"}}, {"SOPHIA", {"SOPHIE"}}, {"STANLEY", {"STAN"}}, {"STEPHANIE", {"STEPH"}},
    {"STEPHEN", {"STEVE", "STEVIE"}}, {"STEVEN", {"STEVE", "STEVIE"}}, {"STUART", {"STU"}},
    {"SUSAN", {"SUE", "SUSIE"}}, {"SYLVIA", {"SYL"}}, {"TERENCE", {"TERRY"}}, {"THERESA", {"TERRY", "TESS"}},
    {"THOMAS", {"TOM", "TOMMY"}}, {"TIMOTHY", {"TIM"}}, {"TRACEY", {"TRACE"}}, {"VALERIE", {"VAL"}},
    {"VERONICA", {"RONNIE"}}, {"VICTORIA", {"VICKY", "TORI", "VIKKI"}}, {"VINCENT", {"VINCE", "VINNIE"}},
    {"VIOLET", {"VI"}}, {"WALTER", {"WALLY", "WALT"}}, {"WENDY", {"WEN"}}, {"WILFRED", {"WILF"}},
    {"WILLIAM", {"BILL", "WILL", "BILLY", "LIAM"}}, {"WINIFRED", {"WINNIE", "FREDA"}}, {"ZACHARY", {"ZACH", "ZAC"}},
};

static int compare_entry(const void *forename, const void *entry) {
    return strcmp(forename, ((const nickname_entry *)entry)->forename);
}

const char *ck_nickname(const char *forename, uint64_t which) {
    const nickname_entry *entry =
        bsearch(forename, entries, sizeof entries / sizeof *entries, sizeof *entries, compare_entry);
    if (!entry)
        return NULL;
    uint64_t n = 1;
    while (n < 4 && entry->forms[n])
        n++;
    return entry->forms[which % n];
}

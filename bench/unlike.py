"""Made-up sets that are unlike one another: other languages, headers, dates and numbers, one file or two, companies, products, publications.
usage: unlike.py OUT [SET...]

Each set is a folder of OUT with records.csv, or a.csv and b.csv, and truth.csv (id, entity). People live in homes of one to four, most of one surname; a record
has typing errors, a date is misread, some have moved or married. The same bytes each time: every set has a seed of its own. Names are in unlike_names.txt."""
import csv
import datetime
import os
import random
import sys
import unicodedata

SYLLABLES = [a + b for a in "bdfghjklmnprstvwz" for b in "aeiou"]
HERE = os.path.dirname(os.path.abspath(__file__))


def read_names():
    """{language: {"forenames": [...], ...}}"""
    languages, key = {}, None
    with open(os.path.join(HERE, "unlike_names.txt"), encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if not words or words[0] == "#":
                continue
            if words[0].startswith("["):
                of = languages[words[0][1:-1]] = {}
                continue
            if words[0].endswith(":"):
                key = words.pop(0)[:-1]
                of[key] = languages[words[1]][key] if words[0] == "=" else []
            if words[:1] != ["="]:
                of[key] = of[key] + ["" if w == "-" else w.replace("_", " ") for w in words]
    return languages


LANGUAGES = read_names()


def typo(r, text):
    if len(text) < 3:
        return text
    i, kind = r.randrange(len(text) - 1), r.random()
    letter = r.choice("0123456789" if text[i].isdigit() else "abcdefghijklmnopqrstuvwxyz")
    if kind < .3:
        return text[:i] + text[i + 1:]
    if kind < .55:
        return text[:i] + letter + text[i + 1:]
    return text[:i] + text[i + 1] + text[i] + text[i + 2:] if kind < .8 else text[:i] + letter + text[i:]


def digits(r, n):
    return "".join(r.choice("0123456789") for _ in range(n))


def plain(text):
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


class People:
    """`n` people of a language, in homes, as dicts; `noisy` makes a record of one."""

    def __init__(self, language, n, seed):
        r = self.r = random.Random(seed)
        names = self.names = LANGUAGES[language]
        self.forenames = r.sample(names["forenames"], len(names["forenames"]))
        self.weights = [[1 / (i + 3) ** .8 for i in range(len(x))] for x in (self.forenames, names["surnames"])]
        self.all = []
        while len(self.all) < n:
            town = r.randrange(len(names["towns"]))
            home = {"surname": self.surname(), "street": r.choice(names["streets"]), "number": str(r.randint(1, 150)), "town": names["towns"][town],
                    "area": town * 40 + r.randrange(40), "phone": digits(r, 7)}
            for _ in range(r.choice([1, 1, 2, 2, 3, 4])):
                person = dict(home, id=len(self.all), forename=r.choices(self.forenames, self.weights[0])[0], second=self.surname(), sex=r.choice("MF"),
                              born=datetime.date(1930, 1, 1) + datetime.timedelta(days=r.randrange(33000)), number_of=digits(r, 9))
                if r.random() < .15:
                    person["surname"] = self.surname()
                if r.random() < .5:
                    person["phone"] = digits(r, 7)
                self.all.append(person)

    def surname(self):
        r, endings = self.r, self.names.get("endings")
        if endings and r.random() < .45: # a long tail of rare names
            return "".join(r.choice(SYLLABLES) for _ in range(r.choice([2, 3]))).capitalize() + r.choice(endings)
        return r.choices(self.names["surnames"], self.weights[1])[0]

    def move(self, q):
        other = self.r.choice(self.all)
        for key in ("street", "number", "town", "area"):
            q[key] = other[key]

    def misread(self, born):
        r, kind = self.r, self.r.random()
        try:
            if kind < .4:
                return born.replace(day=born.month, month=born.day)
            return born.replace(year=born.year + r.choice([-1, 1, 10, -10])) if kind < .7 else born.replace(day=r.randint(1, 28))
        except ValueError:
            return born

    def noisy(self, person, rate):
        r, q = self.r, dict(person)
        for key in ("forename", "surname", "second"):
            if r.random() < rate:
                q[key] = typo(r, q[key])
        if r.random() < rate * .7:
            q["born"] = self.misread(q["born"])
        if r.random() < rate:
            self.move(q)
        elif r.random() < rate:
            q["street"] = typo(r, q["street"])
        if r.random() < rate * .6:
            q["surname"] = self.surname()
        if r.random() < rate * .5:
            q["phone"] = digits(r, 7)
        if r.random() < rate * .5:
            q["number_of"] = typo(r, q["number_of"])
        return q


# ---- writing ----

def write_csv(path, header, rows, delimiter=","):
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, delimiter=delimiter)
        writer.writerow(header.split("|"))
        writer.writerows(rows)


def write_truth(folder, pairs):
    write_csv(f"{folder}/truth.csv", "id|entity", pairs)


def one_file(folder, header, columns, language, n, seed, copies=(.6, .3, .1), delimiter=",", rate=.12, moved=0):
    """Every person has one to three records; `columns` makes the fields of one. `moved`: share of later records from another home."""
    people = People(language, n, seed)
    r, records = people.r, []
    for person in people.all:
        for copy in range(r.choices(range(1, len(copies) + 1), copies)[0]):
            q = people.noisy(person, rate)
            if copy and r.random() < moved:
                people.move(q)
            records.append((person["id"], q))
    r.shuffle(records)
    write_csv(f"{folder}/records.csv", header, [[i] + columns(q, lambda value, rate: missing(r, value, rate)) for i, (_, q) in enumerate(records, 1)], delimiter)
    write_truth(folder, [[i, entity] for i, (entity, _) in enumerate(records, 1)])


def two_files(folder, sides, language, n, seed, rate=.1):
    """Each person is in a, b or both; sides: (header, columns, delimiter) of a and of b."""
    people = People(language, n, seed)
    r, truth, halves = people.r, [], ([], [])
    for person in people.all:
        where = r.random()
        for half, there in zip(halves, (where < .7, where > .35)):
            if there:
                half.append((person["id"], people.noisy(person, rate)))
    for name, half, (header, columns, delimiter) in zip("ab", halves, sides):
        r.shuffle(half)
        write_csv(f"{folder}/{name}.csv", header, [[f"{name}{i}"] + columns(q, lambda value, rate: missing(r, value, rate)) for i, (_, q) in enumerate(half)], delimiter)
        truth += [[f"{name}{i}", entity] for i, (entity, _) in enumerate(half)]
    write_truth(folder, truth)


def missing(r, value, rate):
    return "" if r.random() < rate else value


def code(q, factor):
    """A postcode of five digits."""
    return f"{10000 + q['area'] * factor % 89999:05d}"


def british(q):
    area = q["area"]
    return f"LA{area % 20 + 1} {area // 20 % 9}{'ABDEFGH'[area % 7]}{'JLNPQR'[area % 6]}"


def email(q):
    return f"{q['forename']}.{q['surname']}{q['id'] % 99}@mail.com".lower()


def arabic(q):
    """One of several ways to write a name in Latin letters."""
    name, r = f"{q['forename']} {q['surname']}", random.Random(f"{q['id']}{q['number_of']}{q['street']}{q['forename']}")
    for usual, others in (("Mohammed", "Muhammad Mohamed Mohammad"), ("Ahmed", "Ahmad"), ("Yousef", "Yusuf Youssef"), ("Hussein", "Hussain"), ("Khalid", "Khaled"),
                          ("Fatima", "Fatimah Fatma"), ("Mariam", "Maryam Miriam"), ("Omar", "Umar"), ("Aisha", "Aysha Ayesha"), ("Al-", "Al_ El- Al")):
        if usual in name and r.random() < .4:
            name = name.replace(usual, r.choice(others.split()).replace("_", " "), 1)
    return name


# ---- people: columns(q, m), where m leaves a value out at a rate ----

def german_card(q, m):
    return [f"{q['surname']}, {q['forename']}", m(q["born"].strftime("%d.%m.%Y"), .15), m(code(q, 97), .1), q["town"], m(f"{q['street']} {q['number']}", .2)]


def italian(q, m):
    tax = f"{plain(q['surname'])[:3]}{plain(q['forename'])[:3]}{q['born']:%y}{'ABCDEHLMPRST'[q['born'].month - 1]}{q['born']:%d}H501Z".upper()
    return [q["surname"].upper(), q["forename"].upper(), m(q["born"].strftime("%d-%m-%y"), .1), m(tax, .4), m(f"{q['street']} {q['number']}", .2), code(q, 61),
            q["town"].upper()]


def dutch(q, m):
    before = ["", "", "", "van", "de", "van de", "van der", "van den"][len(q["surname"]) % 8]
    postcode = f"{1000 + q['area'] * 13 % 8999}{'ABCDEFG'[q['area'] % 7]}{'HJKLM'[q['area'] % 5]}"
    return [q["forename"], m(before, .15), q["surname"], m(q["born"].strftime("%d-%m-%Y"), .1), {"M": "man", "F": "vrouw"}[q["sex"]], q["number"], m(postcode, .15),
            q["town"]]


def portuguese(q, m):
    number = q["number_of"].rjust(9, "0")
    return [f"{q['forename']} {q['second']} {q['surname']}", m(f"Maria {q['second']}", .2), q["born"].strftime("%d/%m/%Y"),
            m(f"{number[:3]}.{number[3:6]}.{number[6:]}-{int(number) % 89 + 10}", .5), q["town"], "SP" if len(q["town"]) % 2 else "RJ", q["sex"]]


def american(q, m):
    number = q["number_of"]
    return [q["surname"].upper(), q["forename"].upper(), m(q["second"][:1].upper(), .4), m(q["born"].strftime("%m/%d/%Y"), .15),
            m(f"{number[:3]}-{number[3:5]}-{number[5:]}", .6), m(f"{q['number']} {q['street']}".upper(), .15), q["town"].upper(),
            "MA TX CA NY OH PA FL IL".split()[q["area"] % 8], code(q, 71)]


def date_in_parts(q, m):
    born = q["born"]
    return [q["forename"], q["surname"], *([born.day, born.month] if m("known", .1) else ["", ""]), born.year, q["sex"], q["town"]]


PEOPLE = {
    "german_card": (one_file, "lfd|Name, Vorname|Geburtsdatum|PLZ|Ort|Strasse", german_card, "de", 8000, 101, {"delimiter": ";"}),
    "italian": (one_file, "prog|COGNOME|NOME|DATA_NASC|CODFISC|INDIRIZZO|CAP|COMUNE_RES", italian, "it", 4000, 106, {}),
    "polish": (one_file, "lp|nazwisko|imię|pesel|ulica|nr domu|kod|miasto",
               lambda q, m: [q["surname"], q["forename"], m(q["born"].strftime("%y%m%d") + q["number_of"][:5], .3), q["street"], q["number"],
                             m(f"{q['area'] % 90 + 10:02d}-{q['area'] * 7 % 900 + 100}", .2), q["town"]], "pl", 4000, 107, {"delimiter": ";"}),
    "dutch": (one_file, "volgnr|voornamen|tussenvoegsel|achternaam|geboortedatum|geslacht|huisnr|postcode|plaats", dutch, "nl", 4000, 108, {"delimiter": ";"}),
    "swedish": (one_file, "nr|PERSONNUMMER|FÖRNAMN|EFTERNAMN|GATUADRESS|POSTNR|POSTORT",
                lambda q, m: [m(f"{q['born']:%Y%m%d}-{q['number_of'][:4]}", .4), q["forename"], q["surname"], m(f"{q['street']} {q['number']}", .1),
                              f"{code(q, 97)[:3]} {code(q, 97)[3:]}", q["town"]], "sv", 4000, 109, {}),
    "portuguese": (one_file, "codigo|Nome completo|Nome da mãe|Data Nasc.|CPF|Município|UF|Sexo", portuguese, "pt", 4000, 105, {}),
    "arabic": (one_file, "no|Full Name|DOB|Nationality|Mobile|City",
               lambda q, m: [arabic(q), m(q["born"].strftime("%d/%m/%Y"), .15), "Saudi" if len(q["surname"]) % 2 else "Egyptian", m(f"05{q['phone']}3", .3), q["town"]],
               "ar", 4000, 112, {}),
    "chinese": (one_file, "xuhao|xing|ming|xingbie|shengri|shouji|chengshi",
                lambda q, m: [q["surname"], q["forename"], {"M": "nan", "F": "nv"}[q["sex"]], m(q["born"].strftime("%Y%m%d"), .1), m(f"13{q['phone']}88", .3), q["town"]],
                "zh", 4000, 113, {}),
    "american": (one_file, "VOTER_SEQ|LNAME|FNAME|MI|BDATE|SSN|ADDR1|CITY|ST|ZIP", american, "us", 9000, 110, {}),
    "date_in_parts": (one_file, "n|fst_nm|lst_nm|dob_d|dob_m|dob_y|sx|cnty", date_in_parts, "us", 3000, 111, {}),
    "no_headers": (one_file, "c1|c2|c3|c4|c5|c6|c7|c8",
                   lambda q, m: [q["surname"].upper(), q["forename"].upper(), q["sex"], m(q["born"].strftime("%d-%b-%Y"), .15), f"{q['number']} {q['street']}",
                                 q["town"], m(british(q), .2)], "en", 7000, 114, {}),
    "names_and_sex": (one_file, "id|first|last|gender", lambda q, m: [q["forename"], q["surname"], q["sex"]], "us", 5000, 116, {}),
    "names_sex_zip": (one_file, "id|first|last|gender|zip", lambda q, m: [q["forename"], q["surname"], q["sex"], code(q, 71)], "us", 5000, 117, {}),
    "movers": (one_file, "id|forename|surname|dob|address|postcode|town",
               lambda q, m: [q["forename"], q["surname"], m(q["born"].isoformat(), .05), f"{q['number']} {q['street']}", british(q), q["town"]], "en", 6000, 118,
               {"copies": (.6, .4), "rate": .07, "moved": .85}),
    "german_two": (two_files, [
        ("Nr|Nachname|Vorname|Geburtsdatum|PLZ|Ort", lambda q, m: [q["surname"], q["forename"], m(q["born"].strftime("%d.%m.%Y"), .1), m(code(q, 97), .2), q["town"]], ";"),
        ("ID|Name|GebJahr|GebMonat|GebTag|Postleitzahl|Stadt",
         lambda q, m: [f"{q['surname']}, {q['forename']}", q["born"].year, q["born"].month, q["born"].day, code(q, 97), m(q["town"], .2)], ",")], "de", 5000, 102, {}),
    "french": (two_files, [
        ("numero|NOM_USAGE|PRENOM1|DT_NAISS|COM_NAISS|SEXE",
         lambda q, m: [plain(q["surname"]).upper(), plain(q["forename"]).upper(), m(q["born"].strftime("%Y%m%d"), .1), plain(q["town"]).upper(), {"M": "1", "F": "2"}[q["sex"]]], ","),
        ("id|nom|prénoms|date de naissance|lieu de naissance|sexe",
         lambda q, m: [q["surname"], q["forename"] + m(" Marie", .7), q["born"].strftime("%d/%m/%Y"), m(q["town"], .2), {"M": "masculin", "F": "féminin"}[q["sex"]]],
         ";")], "fr", 6000, 103, {}),
    "spanish": (two_files, [
        ("id|nombre|apellidos|fecha de nacimiento|provincia|telefono",
         lambda q, m: [q["forename"], q["surname"] + m(" " + q["second"], .15), m(q["born"].strftime("%d/%m/%Y"), .1), q["town"], m(f"6{q['phone']}1", .3)], ","),
        ("NHC|NOMBRE|APELLIDO1|APELLIDO2|FNAC|PROV|TFNO",
         lambda q, m: [plain(q["forename"]).upper(), plain(q["surname"]).upper(), m(plain(q["second"]).upper(), .2), q["born"].isoformat(), q["town"].upper(),
                       m(f"6{q['phone']}1", .3)], ",")], "es", 6000, 104, {}),
    "customers": (two_files, [
        ("customerId|firstName|lastName|dateOfBirth|emailAddress|zipCode|phoneNumber",
         lambda q, m: [q["forename"], q["surname"], m(q["born"].isoformat(), .3), m(email(q), .4), code(q, 71), m(q["phone"] + "55", .3)], ","),
        ("CUST NO|FIRST NAME|LAST NAME|BIRTH DATE|E-MAIL|ZIP CODE|TELEPHONE",
         lambda q, m: [q["forename"].upper(), q["surname"].upper(), m(q["born"].strftime("%m/%d/%Y"), .3), m(email(q), .3), m(code(q, 71), .2), m(q["phone"] + "55", .5)],
         ",")], "us", 6000, 115, {}),
}


# ---- things: two files of things a and b that overlap ----

def write_things(folder, r, n, overlap, headers, record):
    """The first things are in a, the last in b, `overlap` of n in both; record(i, side) makes the fields of thing i."""
    alone, truth = (n - overlap) // 2, []
    for side, name, header, things in ((0, "a", headers[0], list(range(n - alone))), (1, "b", headers[1], list(range(alone, n)))):
        r.shuffle(things)
        write_csv(f"{folder}/{name}.csv", header, [[f"{name}{i}"] + record(i, side) for i in things])
        truth += [[f"{name}{i}", i] for i in things]
    write_truth(folder, truth)


def companies(folder):
    people = People("de", 4000, 119)
    r, trades = people.r, ("Bau Elektro Metall Holz Auto Druck Medien Transport Logistik Software Consulting Immobilien Garten Sanitär Dach Maschinen Technik Handel "
                           "Lebensmittel Apotheke").split()
    forms = ["GmbH", "GmbH & Co. KG", "AG", "e.K.", "KG", ""]
    every = [(f"{p['surname']} {r.choice(trades)}{r.choice(['', 'bau', 'technik', 'service'])}", r.choice(forms), "DE" + digits(r, 9)) for p in people.all]

    def record(i, side):
        (name, form, tax), q = every[i], people.noisy(people.all[i], .08)
        name = f"{name} {form if r.random() < .75 else r.choice(['', 'GmbH', 'G.m.b.H.'])}".strip()
        name = typo(r, name) if r.random() < .15 else name
        return [name.upper() if r.random() < .15 else name, missing(r, f"{q['street']} {q['number']}", .1), q["town"], missing(r, tax, (.5, .3)[side])]

    write_things(folder, r, 4000, 1200, ("KREDITOR|NAME1|STRASSE|ORT|UST_ID", "id|company|street|city|vat"), record)


def products(folder):
    r = random.Random(120)
    brands = "Sony Canon Panasonic Samsung Apple Adobe Logitech Netgear Linksys Belkin Epson Kodak Nikon Bosch Philips Garmin Sandisk Kingston Intel Corel".split()
    nouns = "Camera Printer Router Keyboard Mouse Monitor Speaker Headphones Charger Adapter Projector Scanner Drive Case Lens Dock Battery".split()
    kinds = "digital wireless portable black silver professional deluxe compact HD USB optical home mini ultra pro 16GB 32GB 500W 12MP".split()
    praise = "ergonomic lightweight durable rechargeable warranty bluetooth cable included manual edition series retail packaging energy saving".split()
    every = [(r.choice(brands), r.choice(nouns), r.sample(kinds, 3), r.choice("ABCDEFGHKMNPRSTVX") + r.choice("ABCDSX-") + str(r.randint(10, 9999)),
              10 ** r.uniform(1, 3), r.sample(praise, 5)) for _ in range(2500)]

    def record(i, _):
        brand, noun, kind, model, price, about = every[i]
        words = [w for w, rate in [(brand, .85), (model, .8), *((k, .7) for k in kind), (noun, 1)] if r.random() < rate]
        if r.random() < .4:
            r.shuffle(words)
        if r.random() < .15:
            k = r.randrange(len(words))
            words[k] = typo(r, words[k])
        return [" ".join(words), missing(r, " ".join([noun] + r.sample(about, 3) + [missing(r, model, .5)]), .4), missing(r, brand, .3),
                missing(r, f"{price * r.uniform(.95, 1.05):.2f}", .2)]

    write_things(folder, r, 2500, 900, ("id|title|description|brand|price", "id|name|description|manufacturer|price"), record)


def publications(folder):
    people = People("en", 400, 121)
    r, words = people.r, ("efficient query processing distributed systems learning graph mining large scale data stream index join optimization parallel transaction recovery "
                          "concurrency spatial temporal xml web semantic schema matching integration warehouse approximate nearest neighbor clustering classification "
                          "privacy adaptive incremental maintenance views caching storage cost model evaluation framework towards using based approach for in of the over with").split()
    venues = [("SIGMOD Conference", "Proc. ACM SIGMOD"), ("VLDB", "Very Large Data Bases"), ("ICDE", "Int. Conf. on Data Engineering"),
              ("TODS", "ACM Transactions on Database Systems"), ("SIGMOD Record", "ACM SIGMOD Record")]
    every = [(" ".join(r.choice(words) for _ in range(r.randint(4, 10))).capitalize(), [r.choice(people.all) for _ in range(r.choice([1, 2, 2, 3, 3, 4]))],
              r.choice(venues), r.randint(1985, 2010)) for _ in range(3000)]

    def record(i, side):
        title, authors, venue, year = every[i]
        title = typo(r, title) if r.random() < .15 else title
        title = title[:len(title) * 2 // 3] if side and r.random() < .1 else title
        names = [f"{p['forename'][0] + '.' if side and r.random() < .8 else p['forename']} {p['surname']}" for p in authors]
        names = names[:1] if side and r.random() < .1 else names
        return [title, ", ".join(names), missing(r, venue[side], .1), missing(r, year + (r.random() < .05), (.1, .3)[side])]

    write_things(folder, r, 3000, 1000, ("id|title|authors|venue|year", "ref|papertitle|author list|journal|pub_year"), record)


THINGS = {"companies": companies, "products": products, "publications": publications}


def main():
    out, *wanted = sys.argv[1:]
    unknown = [name for name in wanted if name not in PEOPLE and name not in THINGS]
    if unknown:
        sys.exit(f"unlike.py: there is no set '{unknown[0]}'; there are {', '.join([*PEOPLE, *THINGS])}")
    for name in wanted or [*PEOPLE, *THINGS]:
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        if name in THINGS:
            THINGS[name](folder)
        else:
            make, *arguments, options = PEOPLE[name]
            make(folder, *arguments, **options)


main()

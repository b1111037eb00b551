package propose

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// lexicon holds the words of a column's name that make it look personal, by category; the first
// category that has one counts. The words of a weak category say something of a person only in
// a table whose rows name people.
var lexicon = []struct {
	category policy.Category
	title    string
	weak     bool
	words    string
}{
	{"connection", "Connexion", false, "ip cookie session login useragent password passwd mdp passe token jeton visiteur"},
	{"contact", "Coordonnées", false, "mail email mel courriel phone tel telephone gsm mobile portable fax address adresse adr street rue voie city ville commune localite postal postcode zip cp postale digicode interphone"},
	{"identity", "Identité", false, "name nom prenom firstname lastname fullname birth birthdate born naissance dob civilite title gender sexe genre nir insee nss raison surnom pseudo pseudonyme siret siren denomination societe signataire titulaire auteur gerant representant conjoint nationalite age"},
	{"payment", "Paiement et revenus", false, "iban bic rib card carte revenu salaire income"},
	{"notes", "Textes libres", true, "note comment commentaire remark remarque message body text texte observation description motif reponse corps contenu lettre valeur value metavalue preference"},
	{"documents", "Documents", true, "cv photo image avatar document piece scan attestation justificatif fichier file path chemin audio signature"},
}

// Titles gives the categories their names, in French, in the order in which they are proposed.
func Titles() []policy.Named[policy.Category] {
	var out []policy.Named[policy.Category]
	for _, l := range lexicon {
		out = append(out, policy.Named[policy.Category]{ID: l.category, Title: l.title})
	}
	return out
}

// look is what a column looks like; the category is empty for nothing personal.
type look struct {
	category policy.Category
	strong   bool
}

func looks(t store.TableInfo, c store.Column) look {
	words := split(c.Name)
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(counts, w) }) {
		return look{}
	}
	together := append(words, strings.Join(words, "")) // user_agent, meta_value
	for _, l := range lexicon {
		if slices.ContainsFunc(strings.Fields(l.words), func(w string) bool { return has(together, w) }) && holds(c, l.category, words) {
			return look{l.category, !l.weak}
		}
	}
	if isJSON(c) {
		return look{"notes", false}
	}
	if has(words, "numero") && calls(t.Name) && c.Type == store.Text && !slices.Contains(t.Key, c.Name) {
		return look{"contact", true} // the number that called or was called
	}
	return look{}
}

// counts are words that make a column a number or an answer about a thing, and not the thing.
var counts = []string{"id", "nb", "nombre", "count", "has", "is"}

// calls reports whether a table is one of calls or messages by telephone.
func calls(table string) bool {
	words := split(table)
	return slices.ContainsFunc([]string{"appel", "call", "sms", "enregistrement", "communication"}, func(w string) bool { return has(words, w) })
}

// has reports whether a word is among the words, alone, in the plural, with a number behind it,
// or, if it is long enough to be no accident, within one.
func has(words []string, w string) bool {
	return slices.ContainsFunc(words, func(x string) bool {
		x = strings.TrimRight(x, "0123456789")
		return x == w || strings.TrimSuffix(x, "s") == w || len(w) > 4 && strings.Contains(x, w)
	})
}

// holds reports whether a column of the type can hold the category.
func holds(c store.Column, cat policy.Category, words []string) bool {
	switch c.Type {
	case store.Text:
		return len(c.Enum) == 0 || cat == "identity"
	case store.DateType, store.DateTime, store.Instant:
		return cat == "identity" && among(words, "birth", "birthdate", "born", "naissance", "dob")
	case store.Integer, store.Number:
		return cat == "contact" && among(words, "phone", "tel", "telephone", "mobile", "portable", "gsm", "fax", "postal", "cp", "zip", "postcode") ||
			cat == "identity" && among(words, "civilite", "sexe", "genre", "gender", "nir", "nss", "siret", "siren", "age") ||
			cat == "payment" && among(words, "revenu", "salaire", "income")
	case store.Boolean:
		return cat == "identity" && among(words, "civilite", "sexe", "genre", "gender")
	case store.Bytes:
		return cat == "connection" || cat == "documents" || cat == "identity"
	}
	base, _, _ := strings.Cut(strings.ToLower(c.Native), "(")
	return slices.Contains([]string{"inet", "inet4", "inet6", "cidr", "json", "jsonb", "xml", "hstore", "point", "geometry"}, base) || strings.HasSuffix(base, "[]")
}

func among(words []string, list ...string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return has(words, w) })
}

// isJSON knows MariaDB's JSON, which is a long text, by nothing but its name.
func isJSON(c store.Column) bool { return strings.HasPrefix(strings.ToLower(c.Native), "json") }

// persons are the columns by which a person is found, by kind.
func persons(t store.TableInfo) map[string][]string {
	out := map[string][]string{}
	for _, c := range t.Columns {
		kind := identifier(c)
		if kind != "" && !c.Computed && (kind != "name" || out[kind] == nil) {
			out[kind] = append(out[kind], c.Name)
		}
	}
	return out
}

// identifier returns the kind of identifier that a column looks like; empty for none.
func identifier(c store.Column) string {
	words := split(c.Name)
	is := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, strings.TrimRight(w, "0123456789")) })
	}
	switch {
	case looks(store.TableInfo{}, c).category == "":
	case c.Type == store.Text && is("mail", "email", "mel", "courriel"):
		return "email"
	case (c.Type == store.Text || c.Type == store.Integer) && is("phone", "tel", "telephone", "mobile", "portable", "gsm"):
		return "phone"
	case c.Type == store.Text && (is("nom", "lastname") || slices.Equal(words, []string{"last", "name"}) || slices.Equal(words, []string{"name"})):
		return "name"
	}
	return ""
}

// split returns the words of a name without accents: FirstName and first_name are two.
func split(name string) []string {
	return strings.FieldsFunc(plain(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// plain writes FirstName as first_name and prénom as prenom.
func plain(s string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		bare = s
	}
	var b strings.Builder
	last := ' '
	for _, r := range bare {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.NewReplacer("œ", "oe", "æ", "ae").Replace(b.String())
}

// slug makes a name of the register.
func slug(s string) string {
	words := strings.FieldsFunc(plain(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(words, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "t_" + name
	}
	return name
}
